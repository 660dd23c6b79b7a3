package dev.nodash.storage.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.storage.kit.Containers;
import dev.nodash.storage.kit.Engine;
import dev.nodash.storage.kit.HostedEngine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A real ClickHouse of the test's own. */
public final class ClickHouseEngine extends HostedEngine {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NAME = "ClickHouse";
  private static final String USER = "nodash";
  /** Every character that has to be encoded in a URL or quoted in a statement. */
  private static final String PASSWORD = "p@ss:w/r'd%?+";
  private static final String ENCODED = "p%40ss%3Aw%2Fr%27d%25%3F%2B";
  private static final Containers.Image IMAGE = new Containers.Image("clickhouse/clickhouse-server:26.3", 8123,
      Map.of("CLICKHOUSE_USER", USER, "CLICKHOUSE_PASSWORD", PASSWORD), List.of(),
      "wget -q --spider http://127.0.0.1:8123/ping", "clickhouse://127.0.0.1:%d");

  private static @Nullable ClickHouseEngine shared;
  /** Why there is none, so that it is not tried again. */
  private static @Nullable String fault;

  private final HttpClient http = HttpClient.newHttpClient();

  private ClickHouseEngine(Engine server) {
    super(server);
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
    var containers = Containers.find();
    return new ClickHouseEngine(
        containers.isPresent() ? containers.get().start(IMAGE) : ChdbProcess.start(USER + ":" + PASSWORD));
  }

  private static RuntimeException missing(Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return Engine.missing(NAME, e);
  }

  @Override
  public String url() {
    return url("default");
  }

  /** The URL of one of its databases. */
  public String url(String database) {
    return "clickhouse://" + USER + ":" + ENCODED + "@127.0.0.1:" + port() + "/" + database;
  }

  /** Runs a statement and answers what it gives, tab-separated. */
  public String sql(String statement) {
    var credentials = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(UTF_8));
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/")).timeout(PATIENCE)
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
  public void close() {
    super.close();
    http.close();
  }
}
