package dev.nodash.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The packaged runner as its image has it: taken apart, beside a cache of what the JVM loads until the first answers. A start
 * takes a third of the time that it takes from one jar.
 */
final class UnpackedRunner {
  static final Path JAR = Path.of(System.getProperty("nodash.jar"));
  private static final long PATIENCE_SECONDS = 120;

  private final Path folder = JAR.resolveSibling("unpacked");
  private final Path cache = folder.resolve("nodash-" + Runtime.version() + ".aot");

  /** Made once; a later run of the tests finds it, unless the runner was packaged anew. */
  static final UnpackedRunner INSTANCE = new UnpackedRunner();

  private UnpackedRunner() {
    try {
      if (!Files.exists(cache) || Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(JAR)) < 0) {
        unpack();
        train();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What follows the JVM's other options. */
  List<String> arguments() {
    return List.of("-XX:AOTCache=" + cache, "-jar", jar());
  }

  private String jar() {
    return folder.resolve(JAR.getFileName()).toString();
  }

  private void unpack() throws IOException, InterruptedException {
    var unpacking = new ProcessBuilder(RunnerProcess.JAVA, "-Djarmode=tools", "-jar", JAR.toString(), "extract",
        "--force",
        "--destination", folder.toString()).inheritIO().start();
    if (!unpacking.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || unpacking.exitValue() != 0) {
      unpacking.destroyForcibly();
      throw new IOException("cannot unpack " + JAR);
    }
  }

  /** The JVM writes the cache at the end of a run. */
  private void train() throws IOException, InterruptedException {
    var data = Files.createDirectories(folder.resolve("training"));
    var written = folder.resolve("new.aot");
    Files.deleteIfExists(written);
    try (var runner = RunnerProcess.launch(data, Map.of(), List.of("-XX:AOTCacheOutput=" + written, "-jar", jar()))
        .awaitReady()) {
      for (var path : List.of("/v1/track", "/v1/identify", "/v1/batch")) {
        var answer = runner.post(path,
            "{\"event\":\"e\",\"userId\":\"u\",\"batch\":[{\"type\":\"track\",\"event\":\"e\"}]}");
        if (answer.statusCode() != 200) {
          throw new IOException(answer.body());
        }
      }
      runner.process().toHandle().destroy();
      runner.process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!Files.exists(written)) {
        throw new IOException(written + " was not written:\n" + runner.output());
      }
    }
    Files.move(written, cache, StandardCopyOption.REPLACE_EXISTING);
  }
}
