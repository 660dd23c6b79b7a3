package dev.nodash.benchmarks;

import dev.nodash.benchmarks.Paced.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The packaged runner on a disk whose forces take long, with more than four times the calls that it can store:
 * {@code Overload <milliseconds of a force> <seconds>}. Prints what they were told.
 */
public final class Overload {
  /** Fewer than the requests that are taken at once, so that each is stored. */
  private static final int FEW = 1000;
  private static final int MANY = 4000;
  /** Some connections wait when their next call is due, so that this makes at least four times. */
  private static final double TIMES = 4.5;
  private static final int WARM_UP = 15;

  private Overload() {}

  public static void main(String[] args) throws Exception {
    int delay = Integer.parseInt(args[0]);
    int seconds = Integer.parseInt(args[1]);
    var work = Files.createTempDirectory("overload");
    try (var server = Ingest.durable(work)) {
      Wrk.run(Ingest.PORT, 64, WARM_UP, List.of("track"));
      var strace = slowed(server.process(), delay);
      double capacity = Wrk.run(Ingest.PORT, FEW, seconds, List.of("track")).rate();
      var answers = Paced.run(Ingest.PORT, MANY, TIMES * capacity, seconds);
      report(delay, capacity, answers);
      strace.destroy();
      strace.waitFor();
    } finally {
      ColdStart.delete(work);
    }
  }

  /** Lets each force of the store's own threads take that much longer. */
  private static Process slowed(Process runner, int millis) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("strace", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e",
        "inject=fdatasync,fsync:delay_exit=" + TimeUnit.MILLISECONDS.toMicros(millis)));
    try (var threads = Files.list(Path.of("/proc/" + runner.pid() + "/task"))) {
      for (var thread : threads.toList()) {
        if (Files.readString(thread.resolve("comm")).startsWith("nodash-flatfile")) {
          command.addAll(List.of("-p", thread.getFileName().toString()));
        }
      }
    }
    var strace = new ProcessBuilder(command).start();
    if (strace.errorReader().readLine() == null) {
      throw new IOException("strace does not start");
    }
    return strace;
  }

  private static void report(int delay, double capacity, List<Answer> all) {
    long first = all.stream().mapToLong(Overload::due).min().orElseThrow();
    long last = all.stream().mapToLong(Overload::due).max().orElseThrow();
    double seconds = (last - first) / 1e9;
    // What is answered behind the last call that was due is under less load.
    var answers = all.stream().filter(answer -> answer.done() <= last).toList();
    var byStatus = answers.stream().collect(Collectors.groupingBy(Answer::status));
    double offered = answers.size() / seconds;
    double stored = byStatus.getOrDefault(200, List.of()).size() / seconds;
    System.out.printf(Locale.ROOT,
        "a force takes %d ms more: %d connections store %.0f/s; offered %.0f/s = %.1f times that"
            + " on %d: stored %.0f/s = %.2f of it%n",
        delay, FEW, capacity, offered, offered / capacity, MANY, stored,
        stored / capacity);
    byStatus.forEach((status, those) -> System.out.printf(Locale.ROOT, "  %s: %d, p99 %.0f ms%n",
        those.getFirst().isNone() ? "no answer" : status, those.size(), Paced.p99(those, Answer::took) / 1e3));
  }

  private static long due(Answer answer) {
    return answer.done() - answer.nanos();
  }
}
