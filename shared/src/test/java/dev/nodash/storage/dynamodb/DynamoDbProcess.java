package dev.nodash.storage.dynamodb;

import dev.nodash.storage.kit.Engine;
import dev.nodash.storage.kit.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** DynamoDB Local as a process, with its data in a file; the module {@code dynamodb-local} fetches it. */
final class DynamoDbProcess implements Engine {
  /** From a module's folder, or from the root, where benchmarks run. */
  private static final Path LIBRARIES = Stream.of("..", "")
      .map(root -> Path.of(root, "dynamodb-local", "target", "lib"))
      .filter(Files::isDirectory).findFirst().orElse(Path.of("dynamodb-local", "target", "lib"));
  private static final long PATIENCE_SECONDS = 60;

  private final Path folder;
  private final int port;
  private Process process;

  DynamoDbProcess() {
    try {
      if (!Files.isDirectory(LIBRARIES)) {
        throw new IOException("there is no folder " + LIBRARIES + "; build the module dynamodb-local");
      }
      folder = Files.createTempDirectory("nodash-dynamodb");
      port = Processes.freePort();
      process = launch();
    } catch (IOException e) {
      throw Engine.missing("DynamoDB Local", e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String url() {
    return DynamoDbEngine.url(port);
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
      process = launch();
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
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var started = new ProcessBuilder(List.of(java, "-Xmx512m", "-Dsqlite4java.library.path=" + LIBRARIES, "-cp",
        LIBRARIES + "/*", "com.amazonaws.services.dynamodbv2.local.main.ServerRunner", "-dbPath", folder.toString(),
        "-sharedDb", "-disableTelemetry", "-port", Integer.toString(port)))
        .redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
    long end = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000;
    while (!answers()) {
      if (!started.isAlive() || System.nanoTime() > end) {
        started.destroyForcibly();
        throw new IOException("it does not come up: " + Files.readString(folder.resolve("log")));
      }
    }
    return started;
  }

  /** It answers a request without a signature with an error, which is an answer. */
  private boolean answers() {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(URI.create(url())).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode() > 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
