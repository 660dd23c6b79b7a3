package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.model.Sha256;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The clients of the folder {@code clients} that are programs, each on an SDK that was not changed. */
enum Sdk {
  SEGMENT_NODE("@segment/analytics-node", "segment.js"), RUDDERSTACK_NODE("@rudderstack/rudder-sdk-node",
      "rudderstack.js"), SEGMENT_JAVA("com.segment.analytics.java:analytics", ""), FETCH("fetch", "nodash.js");

  static final Path CLIENTS = Path.of("..", "clients");
  private static final long PATIENCE_SECONDS = 300;

  final String product;
  private final String script;

  Sdk(String product, String script) {
    this.product = product;
    this.script = script;
  }

  /**
   * Starts it.
   *
   * @param folder where npm's packages are, as {@link #install} made it
   */
  Process start(Path folder, int port, int calls, int paceMillis) {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classes = CLIENTS.resolve(Path.of("java", "target", "classes")) + File.pathSeparator
        + CLIENTS.resolve(Path.of("java", "target", "dependency")) + "/*";
    var command = script.isEmpty()
        ? List.of(java, "-cp", classes, "dev.nodash.clients.SegmentClient")
        : List.of("node", folder.resolve(script).toString());
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(Map.of("NODASH_URL", "http://127.0.0.1:" + port, "WRITE_KEY", "demo-api-key-tenant1",
          "CALLS", Integer.toString(calls), "PACE_MS", Integer.toString(paceMillis)));
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The scripts, and beside them the packages that they name; these are fetched once, into the user's cache folder. */
  static Path install(Path folder) throws IOException, InterruptedException {
    var source = CLIENTS.resolve("node");
    try (var scripts = Files.newDirectoryStream(source, "*.js*")) {
      for (var script : scripts) {
        Files.copy(script, folder.resolve(script.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.createSymbolicLink(folder.resolve("node_modules"), packages(source.resolve("package.json")));
    return folder;
  }

  private static Path packages(Path description) throws IOException, InterruptedException {
    var cache = Files.createDirectories(Path.of(System.getProperty("user.home"), ".cache", "nodash"));
    var installed = cache.resolve("clients-" + Sha256.hex(Files.readString(description)).substring(0, 16));
    try (
        var file = FileChannel.open(cache.resolve("clients.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = file.lock()) {
      if (!Files.exists(installed)) {
        // Into a folder of its own first, so that what is in the final one is whole.
        var fresh = Files.createTempDirectory(cache, "installing-");
        Files.copy(description, fresh.resolve("package.json"));
        npm(fresh);
        Files.move(fresh, installed);
      }
    }
    return installed.resolve("node_modules");
  }

  private static void npm(Path folder) throws IOException, InterruptedException {
    var npm = new ProcessBuilder("npm", "install", "--prefix", folder.toString(), "--no-package-lock", "--no-audit",
        "--no-fund", "--fetch-retries=1", "--ignore-scripts").redirectErrorStream(true).start();
    var said = new String(npm.getInputStream().readAllBytes(), UTF_8);
    if (!npm.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || npm.exitValue() != 0) {
      npm.destroyForcibly();
      throw new IOException("npm cannot install the clients' packages: " + said);
    }
  }
}
