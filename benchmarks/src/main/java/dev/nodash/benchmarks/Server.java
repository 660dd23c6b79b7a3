package dev.nodash.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server process on loopback; {@code startMillis} is what it took until its first 200. */
record Server(Process process, int port, double startMillis) implements AutoCloseable {
  private static final byte[] HEALTH = "GET /v1/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
      .getBytes(UTF_8);
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /**
   * Starts Java and waits for the first 200.
   *
   * @param log where its output goes
   */
  static Server start(List<String> arguments, Map<String, String> environment, int port, Path log)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    long start = System.nanoTime();
    var server = new Server(builder.start(), port, 0);
    while (!server.isHealthy()) {
      if (!server.process.isAlive() || System.nanoTime() - start > PATIENCE_NANOS) {
        server.close();
        throw new IOException("the server did not start:\n" + Files.readString(log));
      }
      Thread.sleep(5);
    }
    return new Server(server.process, port, (System.nanoTime() - start) / 1e6);
  }

  private boolean isHealthy() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.getOutputStream().write(HEALTH);
      return new String(socket.getInputStream().readNBytes(12), UTF_8).endsWith(" 200");
    } catch (IOException e) {
      return false;
    }
  }

  /** The most memory it ever had, in MiB. */
  double peakRss() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM")).mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
        .sum() / 1024;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
