package dev.nodash.storage.redis;

import dev.nodash.storage.kit.Engine;
import dev.nodash.storage.kit.Processes;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** A Redis as a process: the {@code redis-server} of the PATH, else the one that embedded-redis brings, which is 6.2. */
final class RedisProcess implements Engine {
  /** Below the ports that systems give to clients, so that none takes it while the server is away. */
  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 32_000;

  private final int port;
  private final List<String> command;
  private Process process;

  /** Starts a server with more options; {@code <port>} in them stands for its port. */
  RedisProcess(List<String> options) {
    try {
      port = freePort();
      command = new ArrayList<>(
          List.of(executable(), "--bind", "127.0.0.1", "--port", Integer.toString(port), "--save", "", "--appendonly",
              "no", "--dir", System.getProperty("java.io.tmpdir")));
      options.forEach(option -> command.add(option.replace("<port>", Integer.toString(port))));
      process = launch(command);
    } catch (IOException e) {
      throw Engine.missing("Redis", e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
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
    kill();
    try {
      process = launch(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** Starts the server and reads what it says until it is ready; the rest is read and dropped. */
  private static Process launch(List<String> command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = process.inputReader();
    var said = new ArrayList<String>();
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      if (line.contains("Ready to accept connections")) {
        Thread.startVirtualThread(() -> drop(output));
        return process;
      }
      said.add(line);
    }
    throw new IOException("it ended at once: " + said);
  }

  private static void drop(BufferedReader output) {
    try (output) {
      output.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String executable() throws IOException {
    var installed = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "redis-server")).filter(Files::isExecutable).findFirst();
    return installed.isPresent()
        ? installed.get().toString()
        : ExecutableProvider.newJarResourceProvider().get().getPath();
  }

  private static int freePort() throws IOException {
    while (true) {
      int candidate = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (var _ = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
        return candidate;
      } catch (BindException e) {
        // taken: try another
      }
    }
  }
}
