package dev.nodash.benchmarks;

import dev.nodash.benchmarks.Paced.Answer;
import dev.nodash.benchmarks.Wrk.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The packaged runner against a server that parses the same requests and stores nothing, in turns:
 * {@code Ingest <rounds> <seconds of warming up> <seconds of measuring>}. Prints a table of medians.
 */
public final class Ingest {
  /** Where the server under load listens. */
  static final int PORT = 3197;
  private static final int CONNECTIONS = 64;
  private static final int WARM_UPS = 5;
  private static final double PACE = 0.7;
  private static final String BATCH = "batch of 100";
  private static final String REFERENCE_BATCH = "reference, " + BATCH;
  private static final String REFERENCE_LOG = "reference that forces a log";
  private static final String RUNNER = "local-runner/target/nodash-local-runner.jar";
  /** As the container has them, with 256 MiB. */
  private static final List<String> CONTAINER = List.of("-XX:+UseSerialGC", "-XX:MaxRAM=256m",
      "-XX:MinRAMPercentage=35", "-XX:MaxRAMPercentage=35",
      "-jar", RUNNER);
  /** As the runner sets them for itself. */
  private static final List<String> BUFFERS = List.of("-Dio.netty.allocator.type=pooled",
      "-Dio.netty.allocator.maxOrder=5", "-Dio.netty.leakDetection.level=disabled");
  /** What is stored in memory is never let go. */
  private static final List<String> ROOMY = List.of("-XX:+UseSerialGC", "-Xms4g", "-Xmx4g", "-jar", RUNNER);
  private static final String KEYS = IntStream.rangeClosed(1, 1000).mapToObj(i -> "tenant" + i + ":key-of-tenant" + i)
      .collect(Collectors.joining(","));
  private static final Map<String, String> SETTINGS = Map.of("NODE_ENV", "test", "LOG_LEVEL", "ERROR", "API_KEYS", KEYS,
      "RATE_LIMIT_MAX", "1000000000", "HOST", "127.0.0.1", "PORT", Integer.toString(PORT));

  /** One row of the table. */
  private static final class Row {
    private final List<Figures> figures = new ArrayList<>();
    private final List<Double> paced = new ArrayList<>();
    private final List<Double> rss = new ArrayList<>();
    private final List<Double> starts = new ArrayList<>();
  }

  private final Path work;
  private final int warmUp;
  private final int seconds;
  private final Map<String, Row> rows = new LinkedHashMap<>();

  private Ingest(Path work, int warmUp, int seconds) {
    this.work = work;
    this.warmUp = warmUp;
    this.seconds = seconds;
  }

  public static void main(String[] args) throws Exception {
    var benchmark = new Ingest(Files.createTempDirectory("ingest"), Integer.parseInt(args[1]),
        Integer.parseInt(args[2]));
    try {
      for (int round = 1; round <= Integer.parseInt(args[0]); round++) {
        benchmark.round();
      }
      benchmark.print();
    } finally {
      ColdStart.delete(benchmark.work);
    }
  }

  private void round() throws Exception {
    double pace;
    try (var server = durable(work)) {
      row("track").starts.add(server.startMillis());
      warmUp(warmUp, "track");
      pace = PACE * measure("track", CONNECTIONS, "track").rate();
      row("track").paced.add(paced(pace));
      measure("track, 1,000 tenants", CONNECTIONS, "track", "1000");
      measure("track, 10 % retries", CONNECTIONS, "track", "1", "10");
      measure("track, 512 connections", 8 * CONNECTIONS, "track");
      warmUp(warmUp / 2, "identify");
      measure("identify", CONNECTIONS, "identify");
      warmUp(warmUp / 2, "batch");
      measure(BATCH, CONNECTIONS, "batch");
      row("track").rss.add(server.peakRss());
    }
    try (var server = reference()) {
      row("reference").starts.add(server.startMillis());
      warmUp(warmUp / 2, "track");
      measure("reference", CONNECTIONS, "track");
      row("reference").paced.add(paced(pace));
      row("reference").rss.add(server.peakRss());
      warmUp(warmUp / 2, "batch");
      measure(REFERENCE_BATCH, CONNECTIONS, "batch");
    }
    try (var _ = reference(work.resolve("log").toString())) {
      warmUp(warmUp / 2, "track");
      measure(REFERENCE_LOG, CONNECTIONS, "track");
      row(REFERENCE_LOG).paced.add(paced(pace));
      warmUp(warmUp / 2, "batch");
      measure(REFERENCE_LOG + ", " + BATCH, CONNECTIONS, "batch");
    }
    try (var server = start(work, ROOMY, "memory")) {
      row("track on memory").starts.add(server.startMillis());
      warmUp(warmUp, "track");
      measure("track on memory", CONNECTIONS, "track");
    }
  }

  /** In several runs: when clients leave and others come, the JVM compiles anew what it had compiled for neither. */
  private static void warmUp(int seconds, String load) throws IOException, InterruptedException {
    for (int run = 0; run < WARM_UPS; run++) {
      Wrk.run(PORT, CONNECTIONS, Math.max(1, seconds / WARM_UPS), List.of(load));
    }
  }

  private Row row(String name) {
    return rows.computeIfAbsent(name, _ -> new Row());
  }

  private Figures measure(String name, int connections, String... load) throws IOException, InterruptedException {
    var figures = Wrk.run(PORT, connections, seconds, List.of(load));
    row(name).figures.add(figures);
    System.err.printf("%s: %.0f/s, p99 %.1f ms%n", name, figures.rate(), figures.p99() / 1e3);
    return figures;
  }

  /** The second of two runs, since the first is of a client that the JVM has still to compile. */
  private double paced(double rate) throws Exception {
    Paced.run(PORT, CONNECTIONS, rate, seconds);
    var answers = Paced.run(PORT, CONNECTIONS, rate, seconds);
    if (answers.stream().anyMatch(answer -> answer.status() != 200)) {
      throw new IOException("not every call was accepted");
    }
    return Paced.p99(answers, Answer::nanos);
  }

  /** The runner with the container's settings, on empty files below the folder. */
  static Server durable(Path work) throws IOException, InterruptedException {
    ColdStart.delete(work.resolve("data"));
    return start(work, CONTAINER, "flatfile");
  }

  private Server reference(String... file) throws IOException, InterruptedException {
    var arguments = new ArrayList<>(BUFFERS);
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), NettyReference.class.getName(),
        Integer.toString(PORT)));
    arguments.addAll(List.of(file));
    return start(work, arguments, "none");
  }

  private static Server start(Path work, List<String> arguments, String stores)
      throws IOException, InterruptedException {
    var environment = new TreeMap<>(SETTINGS);
    environment.putAll(Map.of("STORE_EVENTS", stores, "STORE_USERS", stores, "EVENTS_PATH",
        work.resolve("data/events").toString(), "USERS_PATH", work.resolve("data/users").toString()));
    return Server.start(arguments, environment, PORT, work.resolve(stores + ".log"));
  }

  private void print() {
    double reference = median(row("reference").figures, Figures::rate);
    double batches = median(row(REFERENCE_BATCH).figures, Figures::rate);
    double memory = median(row("track on memory").figures, Figures::rate);
    System.out.println("| load | requests/s | of the reference | of memory | p50 ms | p99 ms | p99.9 ms | p99 ms at "
        + "70 % | peak RSS MiB | start ms |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    rows.forEach((name, row) -> {
      double rate = median(row.figures, Figures::rate);
      System.out.printf("| %s | %.0f | %.2f | %.2f | %.1f | %.1f | %.1f | %s | %s | %s |%n", name, rate,
          rate / (name.endsWith(BATCH) ? batches : reference), rate / memory, median(row.figures, Figures::p50) / 1e3,
          median(row.figures, Figures::p99) / 1e3, median(row.figures, Figures::p999) / 1e3,
          optional(row.paced, 1e-3, "%.1f"), optional(row.rss, 1, "%.0f"), optional(row.starts, 1, "%.0f"));
    });
  }

  private static String optional(List<Double> values, double unit, String format) {
    return values.isEmpty() ? "" : format.formatted(median(values, it -> it * unit));
  }

  private static <T> double median(List<T> values, ToDoubleFunction<T> figure) {
    var sorted = values.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
