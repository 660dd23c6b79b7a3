package dev.nodash.runner;

import dev.nodash.runner.RuntimeApi.Report;
import dev.nodash.runner.SamTemplate.LambdaFunction;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.ZipInputStream;

/**
 * One sandbox of one function: its zip unpacked as the managed runtime does it, in a JVM of its own under the real
 * runtime interface client, with the handler and the environment of the template.
 */
public final class LambdaProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");
  /** As the managed runtime starts a function of 1769 MB. */
  private static final List<String> MANAGED = List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1",
      "-XX:+UseSerialGC", "-Xmx1504m", "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");

  private final RuntimeApi api;
  private final Process process;
  private final Path root;
  private final Set<String> shipped;
  private final Path log;
  /** Fails once the process has ended, for all who wait for a report then. */
  private final CompletableFuture<Report> gone;

  private LambdaProcess(RuntimeApi api, Process process, Path root, Path log) {
    this.api = api;
    this.process = process;
    this.root = root;
    this.shipped = files();
    this.log = log;
    this.gone = process.onExit().thenApply(ended -> {
      throw new AssertionError("the process ended with " + ended.exitValue() + ":\n" + output());
    });
  }

  /**
   * Starts a function on data of its own below the folder.
   *
   * @param overrides variables beside those of the template
   */
  public static LambdaProcess start(LambdaFunction function, Path folder, Map<String, String> overrides) {
    try {
      var root = Files.createDirectories(folder.resolve("task"));
      unpack(function.zip(), root);
      return launch(function, folder, root, managed(function, runtimeClient(), List.of()), overrides);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * How the managed runtime starts a function.
   *
   * @param classPath the runtime client, and what else the application's own class loader is to load
   * @param options for the JVM, beside those of the managed runtime
   */
  public static List<String> managed(LambdaFunction function, String classPath, List<String> options) {
    var command = new ArrayList<>(List.of(JAVA.resolve("java").toString()));
    command.addAll(MANAGED);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
        function.handler()));
    return command;
  }

  /**
   * Starts a function that is laid out already.
   *
   * @param folder for its data and its log
   * @param root of the task, where it is laid out
   */
  public static LambdaProcess launch(LambdaFunction function, Path folder, Path root, List<String> command,
      Map<String, String> overrides) {
    try {
      var api = new RuntimeApi(function.name());
      var log = folder.resolve("lambda.log");
      var builder = new ProcessBuilder(command);
      builder.directory(root.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment(function, folder, root, api));
      builder.environment().putAll(overrides);
      return new LambdaProcess(api, builder.start(), root, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer to the event; an invocation that the runtime reports as failed fails the test. */
  public String invoke(byte[] event) {
    return switch (await(api.invoke(event))) {
      case Report.Response(var payload) -> payload;
      case Report.Failure it -> throw new AssertionError("the invocation failed: " + it + "\n" + output());
    };
  }

  /** The process of the sandbox. */
  public Process process() {
    return process;
  }

  LambdaProcess awaitReady() {
    if (await(api.start()) instanceof Report.Failure it) {
      throw new AssertionError("the function did not start: " + it + "\n" + output());
    }
    return this;
  }

  /** What a function that cannot start says to Lambda. */
  Report.Failure awaitInitError() {
    if (await(api.start()) instanceof Report.Failure it) {
      return it;
    }
    throw new AssertionError("the function started:\n" + output());
  }

  /** Waits until a function with SnapStart is ready for its snapshot. */
  LambdaProcess awaitCheckpoint() {
    if (await(api.checkpoint()) instanceof Report.Failure it) {
      throw new AssertionError("no snapshot can be taken: " + it + "\n" + output());
    }
    return this;
  }

  /** Wakes a function from its snapshot. */
  LambdaProcess restore() {
    api.restore();
    return awaitReady();
  }

  /** Kills the process when it has an answer to the event, which nobody takes. */
  void killBeforeAnswer(byte[] event) {
    var answer = api.leaveResponses();
    var _ = api.invoke(event);
    await(answer);
    process.destroyForcibly().onExit().join();
  }

  /** Files below the task's root that the zip did not have: on Lambda that folder is read-only. */
  Set<String> filesWritten() {
    var all = files();
    all.removeAll(shipped);
    return all;
  }

  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Report await(CompletableFuture<Report> report) {
    try {
      return (Report) CompletableFuture.anyOf(report, gone).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("no report:\n" + output(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static Map<String, String> environment(LambdaFunction function, Path folder, Path root, RuntimeApi api) {
    var variables = new HashMap<>(function.environment());
    // /tmp in the template, which several sandboxes share here.
    variables.putAll(Map.of("EVENTS_PATH", folder.resolve("events").toString(), "USERS_PATH",
        folder.resolve("users").toString()));
    variables.putAll(Map.of("AWS_LAMBDA_RUNTIME_API", api.authority(), "LAMBDA_TASK_ROOT", root.toString(), "_HANDLER",
        function.handler(), "AWS_LAMBDA_FUNCTION_NAME", function.name(), "AWS_LAMBDA_FUNCTION_VERSION", "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769", "AWS_EXECUTION_ENV", "AWS_Lambda_java25", "AWS_REGION",
        "eu-central-1", "AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand", "TZ", ":UTC"));
    variables.put("PATH", JAVA + ":/usr/bin:/bin");
    return variables;
  }

  /** The runtime client and what it needs, out of our own class path. */
  public static String runtimeClient() {
    Predicate<String> isRuntime = jar -> jar.contains("aws-lambda-java-core")
        || jar.contains("aws-lambda-java-serialization") || jar.contains("aws-lambda-java-runtime-interface-client")
        || jar.contains("utils-lite");
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1)).filter(isRuntime)
        .collect(Collectors.joining(File.pathSeparator));
  }

  public static void unpack(Path zip, Path root) throws IOException {
    try (var in = new ZipInputStream(Files.newInputStream(zip))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        var target = root.resolve(entry.getName());
        Files.createDirectories(entry.isDirectory() ? target : target.resolveSibling("."));
        if (!entry.isDirectory()) {
          Files.copy(in, target);
        }
      }
    }
  }

  private Set<String> files() {
    try (var all = Files.walk(root)) {
      return all.map(root::relativize).map(Path::toString).collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    api.close();
  }
}
