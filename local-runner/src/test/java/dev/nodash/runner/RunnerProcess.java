package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.storage.kit.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The packaged runner in a process of its own, on a free port and a folder of its own; see {@link UnpackedRunner}. */
final class RunnerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 20;
  /**
   * A start of seconds is shortened by what costs least at its end: the second compiler and a parallel collector. Netty watches
   * every buffer of its allocator, and logs those that were collected and not given back.
   */
  private static final List<String> JVM = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
      "-Dio.netty.leakDetection.level=simple", "-Dio.netty.leakDetection.samplingInterval=1");
  static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
  static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Process process;
  private final Path log;
  private final int port;

  private RunnerProcess(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /** Starts on {@code folder}/data and waits until it is ready. */
  static RunnerProcess start(Path folder, Map<String, String> environment) {
    return launch(folder, environment).awaitReady();
  }

  /** Starts without waiting, for what is meant to fail. */
  static RunnerProcess launch(Path folder, Map<String, String> environment) {
    return launch(folder, environment, UnpackedRunner.INSTANCE.arguments());
  }

  /**
   * The same.
   *
   * @param arguments what the JVM is to run
   */
  static RunnerProcess launch(Path folder, Map<String, String> environment, List<String> arguments) {
    return launch(folder, environment, arguments, log -> Redirect.to(log.toFile()));
  }

  /** The same with nobody who reads what it prints, unless the caller does. */
  static RunnerProcess launchUnread(Path folder, Map<String, String> environment) {
    return launch(folder, environment, UnpackedRunner.INSTANCE.arguments(), _ -> Redirect.PIPE);
  }

  private static RunnerProcess launch(Path folder, Map<String, String> environment, List<String> arguments,
      Function<Path, Redirect> output) {
    try {
      int port = port(environment);
      var log = Files.createTempFile(folder, "runner", ".log");
      var command = new ArrayList<>(List.of(JAVA));
      command.addAll(JVM);
      command.addAll(arguments);
      var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
          .redirectOutput(output.apply(log));
      var variables = new HashMap<>(Map.of("NODE_ENV", "test", "HOST", "127.0.0.1", "PORT", Integer.toString(port)));
      variables.putAll(environment);
      builder.environment().putAll(variables);
      return new RunnerProcess(builder.start(), log, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RunnerProcess awaitReady() {
    var deadline = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw new AssertionError("the runner ended with " + process.exitValue() + ":\n" + output());
      }
      try {
        if (get("/v1/health").statusCode() == 200) {
          return this;
        }
      } catch (UncheckedIOException e) {
        // Nobody listens yet.
      }
      hasEnded(Duration.ofMillis(POLL_MILLIS));
    }
    throw new AssertionError("the runner did not become ready:\n" + output());
  }

  /** Waits for a process that is meant to end by itself; answers its exit code. */
  int awaitExit() {
    return await(START);
  }

  int port() {
    return port;
  }

  Process process() {
    return process;
  }

  String output() {
    try {
      // A kill may have cut a character in two.
      return new String(Files.readAllBytes(log), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  /** Posts JSON as tenant1 with its demo key; further headers override those. */
  HttpResponse<String> post(String path, String json, String... headers) {
    return send(posting(path, json, headers));
  }

  /** The same without waiting for the answer. */
  CompletableFuture<HttpResponse<String>> postAsync(String path, String json, String... headers) {
    return HTTP.sendAsync(posting(path, json, headers).timeout(ANSWER).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder posting(String path, String json, String... headers) {
    var all = new HashMap<>(Map.of("content-type", "application/json", "x-tenant-id", "tenant1", "x-api-key",
        "demo-api-key-tenant1"));
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    var pairs = new ArrayList<String>();
    all.forEach((name, value) -> pairs.addAll(List.of(name, value)));
    return HttpRequest.newBuilder(uri(path)).headers(pairs.toArray(String[]::new)).POST(BodyPublishers.ofString(json));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.timeout(ANSWER).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** Ends the process as a crash does: SIGKILL. */
  void kill() {
    process.destroyForcibly();
    await(STOP);
  }

  /** Ends the process as an operator does, SIGTERM; answers its exit code. */
  int terminate() {
    // Unlike Process.destroy, this leaves what the process prints at its end to be read.
    process.toHandle().destroy();
    return await(STOP);
  }

  private int await(Duration patience) {
    if (!hasEnded(patience)) {
      process.destroyForcibly();
      throw new AssertionError("the runner did not end within " + patience + ":\n" + output());
    }
    if (output().contains("LEAK: ")) {
      throw new AssertionError("a buffer was not given back:\n" + output());
    }
    return process.exitValue();
  }

  private boolean hasEnded(Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  private static int port(Map<String, String> environment) {
    var wanted = environment.getOrDefault("PORT", "");
    return wanted.matches("\\d{1,5}") ? Integer.parseInt(wanted) : Processes.freePort();
  }
}
