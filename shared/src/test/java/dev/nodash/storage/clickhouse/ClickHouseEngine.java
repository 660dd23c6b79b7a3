package dev.nodash.storage.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.storage.kit.Engine;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real ClickHouse of the test's own: a {@link ChdbServer} with a data folder, in a Java process of its own. */
public final class ClickHouseEngine implements Engine {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NAME = "ClickHouse";
  private static final String USER = "nodash";
  /** Every character that has to be encoded in a URL or quoted in a statement. */
  private static final String PASSWORD = "p@ss:w/r'd%?+";
  private static final String ENCODED = "p%40ss%3Aw%2Fr%27d%25%3F%2B";

  private static @Nullable ClickHouseEngine shared;
  /** Why there is none, so that it is not tried again. */
  private static @Nullable String fault;

  private final Path library;
  private final Path data;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process process;

  private ClickHouseEngine(Path library, Path data, int port) throws IOException, InterruptedException {
    this.library = library;
    this.data = data;
    this.port = port;
    this.process = launch();
  }

  /** A new engine, empty and ready. */
  public static ClickHouseEngine start() {
    try {
      return launched();
    } catch (IOException | InterruptedException e) {
      throw missing(e);
    }
  }

  /** The engine that all test classes of this process share, started at the first use and ended with the process. */
  public static synchronized ClickHouseEngine shared() {
    if (fault != null) {
      throw Engine.missing(NAME, new IOException(fault));
    }
    if (shared == null) {
      try {
        shared = launched();
      } catch (IOException | InterruptedException e) {
        fault = e.toString();
        throw missing(e);
      }
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
    }
    return shared;
  }

  private static ClickHouseEngine launched() throws IOException, InterruptedException {
    return new ClickHouseEngine(ChdbLibrary.path(), Files.createTempDirectory("nodash-clickhouse-"), freePort());
  }

  private static RuntimeException missing(Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return Engine.missing(NAME, e);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public String url() {
    return url("default");
  }

  /** The URL of one of its databases. */
  public String url(String database) {
    return "clickhouse://" + USER + ":" + ENCODED + "@127.0.0.1:" + port + "/" + database;
  }

  /** Runs a statement and answers what it gives, tab-separated. */
  public String sql(String statement) {
    var credentials = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(UTF_8));
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).timeout(PATIENCE)
        .header("Authorization", "Basic " + credentials).POST(BodyPublishers.ofString(statement)).build();
    try {
      var response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new AssertionError(response.body());
      }
      return response.body().strip();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void freeze() {
    signal("STOP");
  }

  @Override
  public void thaw() {
    signal("CONT");
  }

  @Override
  public void restart() {
    try {
      process = launch();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill();
    http.close();
    try (Stream<Path> files = Files.walk(data)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void signal(String name) {
    try {
      if (new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor() != 0) {
        throw new AssertionError("no process " + process.pid());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The process ends when its input does, and that ends with this one. */
  private Process launch() throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var started = new ProcessBuilder(java, "-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
        "-Dsun.net.httpserver.nodelay=true", "-cp",
        classes(), ChdbServer.class.getName(), library.toString(), data.toString(), String.valueOf(port),
        USER + ":" + PASSWORD).redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.PIPE)
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
