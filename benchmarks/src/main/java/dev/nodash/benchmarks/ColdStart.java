package dev.nodash.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.runner.LambdaProcess;
import dev.nodash.runner.LambdaTraining;
import dev.nodash.runner.SamTemplate.LambdaFunction;
import dev.nodash.storage.Component;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.dynamodb.DynamoDbDatabase;
import dev.nodash.storage.dynamodb.DynamoDbDeduplicator;
import dev.nodash.storage.dynamodb.DynamoDbEngine;
import dev.nodash.storage.dynamodb.DynamoDbEventStore;
import dev.nodash.storage.dynamodb.DynamoDbUserStore;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Starts the functions and the {@link Floor} as Lambda does, in turns, and prints medians: {@code ColdStart <rounds>}.
 *
 * <p>Each starts on an idle machine, as a sandbox does: the heap and the writes of the process before it are gone.
 *
 * <p>{@code zip} is the managed runtime: the zip's class loader over that of the runtime client, no cache. {@code image} is
 * the container image: everything on one class path, with an AOT cache that was trained on the same requests.
 * {@code memory} is the zip with stores that forget: what is left where no disk is waited for. {@code dynamodb} is the zip
 * with events, users and claims in DynamoDB Local, which has the same processors.
 */
public final class ColdStart {
  private static final int WARM = 2000;
  /** Of DynamoDB Local, which takes milliseconds a call. */
  private static final int WARM_DYNAMODB = 200;
  private static final String FLOOR = "floor";
  private static final String ZIP = "zip";
  private static final String MEMORY = "memory";
  private static final String DYNAMODB = "dynamodb";
  private static final String IMAGE = "image";
  private static final String HANDLER = "dev.nodash.config.LambdaHandler::handleRequest";
  private static final List<String> NAMES = List.of(FLOOR, "track", "identify", "health");
  private static final Map<String, String> ENVIRONMENT = Map.of("NODE_ENV", "production", "API_KEYS",
      "tenant1:key-of-tenant1", "STORE_EVENTS", "flatfile", "STORE_USERS", "flatfile", "LAMBDA_ALLOW_EPHEMERAL", "true",
      "RATE_LIMIT_MAX", "1000000000", "LOG_LEVEL", "INFO");

  /** What one start cost; milliseconds, classes, MiB and microseconds. */
  private record Sample(double start, double classes, double rss, double warm) {}

  private final Path work;
  private final DynamoDbEngine engine = DynamoDbEngine.start();
  private final List<Double> forces = new ArrayList<>();
  private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

  private ColdStart(Path work) {
    this.work = work;
  }

  public static void main(String[] args) throws Exception {
    var benchmark = new ColdStart(Files.createTempDirectory("coldstart"));
    try {
      benchmark.makeTables();
      for (var name : NAMES) {
        benchmark.layOut(name);
      }
      for (int round = 1; round <= Integer.parseInt(args[0]); round++) {
        for (var name : NAMES) {
          benchmark.measure(ZIP, name, round);
        }
        for (var name : List.of("track", "identify")) {
          benchmark.measure(MEMORY, name, round);
          benchmark.measure(DYNAMODB, name, round);
        }
        for (var name : NAMES) {
          benchmark.measure(IMAGE, name, round);
        }
      }
      benchmark.print();
    } finally {
      benchmark.engine.close();
      delete(benchmark.work);
    }
  }

  private void makeTables() {
    var options = new DynamoDbDatabase.Options("nodash-", Optional.of(URI.create(engine.url())), SchemaMode.AUTO);
    var database = new DynamoDbDatabase(options, Duration.ofSeconds(10), true);
    var stores = List.of(new DynamoDbEventStore(database, Clock.systemUTC(), Optional.empty()),
        new DynamoDbUserStore(database),
        new DynamoDbDeduplicator(database, Duration.ofDays(1), Duration.ofSeconds(30)));
    stores.forEach(Component::close);
  }

  private Path task(String name) {
    return work.resolve(name).resolve("task");
  }

  /** A zip as it is unpacked, and the image as its Dockerfile has it; a cache takes no folders, so the floor becomes a jar. */
  private void layOut(String name) throws Exception {
    var task = Files.createDirectories(task(name));
    if (!name.equals(FLOOR)) {
      LambdaProcess.unpack(zip(name), task);
      LambdaTraining.train(image(), name);
      return;
    }
    var lib = Files.createDirectories(task.resolve("lib"));
    var own = Files.createDirectories(task.resolve("dev/nodash/benchmarks"));
    Files.copy(Path.of("benchmarks/target/classes/dev/nodash/benchmarks/Floor.class"), own.resolve("Floor.class"));
    for (var jar : classPath("jackson-core-3", "jackson-databind-3", "jackson-annotations")) {
      Files.copy(jar, lib.resolve(jar.getFileName()));
    }
    run("jar", "--create", "--file", work.resolve("floor.jar").toString(), "-C", task.toString(), ".");
    try (var sandbox = launch(ZIP, FLOOR, List.of("-XX:AOTCacheOutput=" + cache()))) {
      sandbox.train();
    }
  }

  private Path image() throws IOException {
    var image = work.resolve("image");
    if (Files.exists(image)) {
      return image;
    }
    return LambdaTraining.layOut(Path.of(""), image);
  }

  private static Path zip(String name) {
    return Path.of("functions", name, "target", "nodash-" + name + ".zip");
  }

  /** The floor's. */
  private Path cache() {
    return work.resolve("floor.aot");
  }

  private static List<Path> classPath(String... parts) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1)).map(Path::of)
        .filter(jar -> Arrays.stream(parts).anyMatch(part -> jar.getFileName().toString().startsWith(part))).toList();
  }

  /** A running sandbox and the requests that it is sent. */
  private record Sandbox(String name, LambdaProcess process, long startedAt) implements AutoCloseable {
    void ask(String id) {
      var answer = process.invoke(event(name, id));
      if (!answer.contains("\"statusCode\":200")) {
        throw new AssertionError(name + ": " + answer);
      }
    }

    /** Some requests, then an orderly end, at which the JVM writes the cache. */
    void train() throws InterruptedException {
      for (int i = 0; i < 5; i++) {
        ask("train-" + i);
      }
      process.process().destroy();
      process.process().waitFor();
    }

    @Override
    public void close() {
      process.close();
    }
  }

  private Sandbox launch(String kind, String name, List<String> options) throws IOException {
    var folder = work.resolve(name);
    delete(folder.resolve("events"));
    delete(folder.resolve("users"));
    long startedAt = System.nanoTime();
    if (kind.equals(IMAGE) && !name.equals(FLOOR)) {
      return new Sandbox(name, LambdaTraining.start(image(), name, folder, ENVIRONMENT, Map.of()), startedAt);
    }
    var environment = new TreeMap<>(ENVIRONMENT);
    if (kind.equals(MEMORY)) {
      environment.putAll(Map.of("NODE_ENV", "test", "STORE_EVENTS", MEMORY, "STORE_USERS", MEMORY));
    }
    if (kind.equals(DYNAMODB)) {
      environment.putAll(Map.of("STORE_EVENTS", DYNAMODB, "STORE_USERS", DYNAMODB, "STORE_DEDUPLICATION", DYNAMODB));
      environment.putAll(engine.environment());
    }
    environment.put("MAIN_CLASS", "dev.nodash." + name + "." + name.substring(0, 1).toUpperCase(Locale.ROOT)
        + name.substring(1) + "Application");
    var function = new LambdaFunction(name, zip(name),
        name.equals(FLOOR) ? "dev.nodash.benchmarks.Floor::handleRequest" : HANDLER, environment, List.of());
    var own = options.isEmpty() ? "" : work.resolve("floor.jar") + File.pathSeparator + jars() + File.pathSeparator;
    var command = LambdaProcess.managed(function, own + LambdaProcess.runtimeClient(), options);
    return new Sandbox(name, LambdaProcess.launch(function, folder, task(name), command, Map.of()), startedAt);
  }

  private String jars() throws IOException {
    try (var all = Files.list(task(FLOOR).resolve("lib"))) {
      return all.map(Path::toString).sorted().collect(Collectors.joining(File.pathSeparator));
    }
  }

  private void measure(String kind, String name, int round) throws Exception {
    var options = kind.equals(IMAGE) ? List.of("-XX:AOTCache=" + cache()) : List.<String>of();
    Machine.awaitIdle();
    try (var sandbox = launch(kind, name, options)) {
      sandbox.ask("first-" + sandbox.startedAt());
      var start = (System.nanoTime() - sandbox.startedAt()) / 1e6;
      var pid = sandbox.process().process().pid();
      var classes = Double.parseDouble(run("jstat", "-class", Long.toString(pid)).lines().toList().get(1).strip()
          .split("\\s+", -1)[0]);
      var warm = warm(sandbox, kind.equals(DYNAMODB) ? WARM_DYNAMODB : WARM);
      forces.add(Machine.force(work.resolve("force")));
      var peak = Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream().filter(it -> it.startsWith("VmHWM"))
          .map(it -> it.replaceAll("\\D", "")).mapToDouble(Double::parseDouble).sum() / 1024;
      var sample = new Sample(start, classes, peak, warm);
      samples.computeIfAbsent(kind + " " + name, _ -> new ArrayList<>()).add(sample);
      System.err.printf("round %d %s %s: %.0f ms, %.0f classes, %.0f MiB, %.0f us%n", round, kind, name, start, classes,
          peak, warm);
    }
  }

  private static double warm(Sandbox sandbox, int count) {
    var times = new double[count];
    for (int i = -count; i < count; i++) {
      long at = System.nanoTime();
      sandbox.ask("warm" + i + "-" + sandbox.startedAt());
      if (i >= 0) {
        times[i] = (System.nanoTime() - at) / 1e3;
      }
    }
    Arrays.sort(times);
    return times[count / 2];
  }

  private void print() throws IOException {
    System.out.printf("%-16s %9s %6s %8s %9s %9s %6s %7s%n", "", "start ms", "ratio", "classes", "RSS MiB", "warm us",
        "ratio", "zip MB");
    for (var entry : samples.entrySet()) {
      var kind = entry.getKey().substring(0, entry.getKey().indexOf(' '));
      var name = entry.getKey().substring(kind.length() + 1);
      var floor = median(samples.getOrDefault((kind.equals(IMAGE) ? IMAGE : ZIP) + " " + FLOOR, List.of()));
      var it = median(entry.getValue());
      var size = kind.equals(ZIP) && !name.equals(FLOOR) ? Files.size(zip(name)) / 1e6 : Double.NaN;
      System.out.printf("%-16s %9.0f %6.2f %8.0f %9.0f %9.0f %6.2f %7.1f%n", entry.getKey(), it.start(),
          it.start() / floor.start(), it.classes(), it.rss(), it.warm(), it.warm() / floor.warm(), size);
    }
    System.out.printf("one durable append of 400 bytes to the same disk: %.0f us%n", median(forces.stream()));
  }

  private static Sample median(List<Sample> all) {
    return new Sample(median(all.stream().map(Sample::start)), median(all.stream().map(Sample::classes)),
        median(all.stream().map(Sample::rss)), median(all.stream().map(Sample::warm)));
  }

  private static double median(Stream<Double> values) {
    var sorted = values.sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static String run(String tool, String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", tool).toString()));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(tool + ": " + output);
    }
    return output;
  }

  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var all = Files.walk(folder)) {
        for (var path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static byte[] event(String name, String id) {
    var path = name.equals(FLOOR) ? "/v1/track" : "/v1/" + name;
    var body = switch (name) {
      case "health" -> "";
      case "identify" -> "{\\\"userId\\\":\\\"user123\\\",\\\"messageId\\\":\\\"" + id
          + "\\\",\\\"traits\\\":{\\\"plan\\\":\\\"premium\\\"}}";
      default -> "{\\\"event\\\":\\\"user_signup\\\",\\\"userId\\\":\\\"user123\\\",\\\"messageId\\\":\\\"" + id
          + "\\\",\\\"properties\\\":{\\\"plan\\\":\\\"premium\\\",\\\"source\\\":\\\"web\\\"}}";
    };
    return """
        {"version":"2.0","routeKey":"ANY %1$s","rawPath":"%1$s","rawQueryString":"","headers":{"accept":"*/*",
         "content-type":"application/json","content-length":"120","host":"abc.execute-api.eu-central-1.amazonaws.com",
         "user-agent":"curl/8","x-amzn-trace-id":"Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
         "x-api-key":"key-of-tenant1","x-forwarded-for":"198.51.100.7","x-forwarded-port":"443",
         "x-forwarded-proto":"https","x-tenant-id":"tenant1"},"requestContext":{"accountId":"123456789012",
         "apiId":"abc","domainName":"abc.execute-api.eu-central-1.amazonaws.com","domainPrefix":"abc",
         "http":{"method":"%2$s","path":"%1$s","protocol":"HTTP/1.1","sourceIp":"198.51.100.7","userAgent":"curl/8"},
         "requestId":"JKJaXmPLvHcESHA=","routeKey":"ANY %1$s","stage":"$default",
         "time":"10/Mar/2026:05:16:23 +0000","timeEpoch":1583817383220},"body":"%3$s","isBase64Encoded":false}"""
        .formatted(path, name.equals("health") ? "GET" : "POST", body).getBytes(UTF_8);
  }
}
