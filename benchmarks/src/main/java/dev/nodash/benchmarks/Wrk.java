package dev.nodash.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The load generator <a href="https://github.com/wg/wrk">wrk</a>, which sends as fast as it is answered. */
final class Wrk {
  private static final String FIGURES = "figures ";

  private Wrk() {}

  /**
   * What a load brought.
   *
   * @param rate requests/s
   * @param p50 microseconds, as the others
   */
  record Figures(double rate, double p50, double p99, double p999) {}

  /**
   * Sends from two threads.
   *
   * @param load the arguments of {@code load.lua}
   * @throws IOException if a request was not answered 200
   */
  static Figures run(int port, int connections, int seconds, List<String> load)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("wrk", "-t2", "-c" + connections, "-d" + seconds + "s", "--timeout", "10s",
        "-s", "benchmarks/load.lua", "http://127.0.0.1:" + port, "--"));
    command.addAll(load);
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    var figures = output.lines().filter(line -> line.startsWith(FIGURES)).findFirst()
        .map(line -> line.substring(FIGURES.length()).split(" ", -1));
    if (process.waitFor() != 0 || figures.isEmpty() || !figures.get()[4].equals("0")) {
      throw new IOException("the load failed:\n" + output);
    }
    var numbers = List.of(figures.get()).stream().map(Double::parseDouble).toList();
    return new Figures(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
  }
}
