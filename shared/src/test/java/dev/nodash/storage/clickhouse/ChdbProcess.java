package dev.nodash.storage.clickhouse;

import dev.nodash.storage.kit.Engine;
import dev.nodash.storage.kit.Processes;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A {@link ChdbServer} with a data folder, in a Java process of its own. */
final class ChdbProcess implements Engine {
  private final Path library;
  private final Path data;
  private final int port;
  private final String credentials;
  private Process process;

  private ChdbProcess(Path library, Path data, int port, String credentials) throws IOException {
    this.library = library;
    this.data = data;
    this.port = port;
    this.credentials = credentials;
    this.process = launch();
  }

  /** A new one, empty and ready, for the one user whose {@code name:password} is given. */
  static ChdbProcess start(String credentials) throws IOException, InterruptedException {
    return new ChdbProcess(ChdbLibrary.path(), Files.createTempDirectory("nodash-clickhouse-"), Processes.freePort(),
        credentials);
  }

  /** Without credentials, which are not to be shown. */
  @Override
  public String url() {
    return "clickhouse://127.0.0.1:" + port;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void freeze() {
    Processes.signal("STOP", List.of(process.toHandle()));
  }

  @Override
  public void thaw() {
    Processes.signal("CONT", List.of(process.toHandle()));
  }

  @Override
  public void restart() {
    try {
      process = launch();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill();
    Processes.delete(data);
  }

  /** The process ends when its input does, and that ends with this one. */
  private Process launch() throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var started = new ProcessBuilder(java, "-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
        "-XX:ErrorFile=" + data.resolve("crash.log"), "-Dsun.net.httpserver.nodelay=true", "-cp",
        classes(), ChdbServer.class.getName(), library.toString(), data.toString(), String.valueOf(port),
        credentials).redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.PIPE)
        .redirectOutput(ProcessBuilder.Redirect.PIPE).start();
    var line = started.inputReader().readLine();
    if (!ChdbServer.READY.equals(line)) {
      started.destroyForcibly();
      throw new IOException("the engine ended at its start: " + line);
    }
    Thread.ofPlatform().daemon().start(() -> started.inputReader().lines().forEach(System.err::println));
    return started;
  }

  private static String classes() {
    try {
      return Path.of(ChdbServer.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
