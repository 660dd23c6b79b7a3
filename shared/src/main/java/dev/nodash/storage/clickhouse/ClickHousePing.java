package dev.nodash.storage.clickhouse;

import dev.nodash.storage.Component;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;

/**
 * Asks a ClickHouse whether it answers, by a plain HTTP request that needs no driver, no user and no query:
 * {@code GET /ping}. It does not tell whether the user may write or a replica is read-only.
 */
public final class ClickHousePing implements Component {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final ClickHouseUrl url;
  private final HttpRequest request;
  private final HttpClient client;

  public ClickHousePing(ClickHouseUrl url) {
    this.url = url;
    this.request = HttpRequest.newBuilder(URI.create(url.address() + "/ping")).timeout(PATIENCE).build();
    this.client = HttpClient.newBuilder().version(Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  }

  @Override
  public Health check() {
    try {
      var status = client.send(request, BodyHandlers.discarding()).statusCode();
      return status == 200 ? Health.HEALTHY : Health.unhealthy("ClickHouse at " + url + " answers " + status);
    } catch (IOException e) {
      return Health.unhealthy("ClickHouse at " + url + " does not answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Health.unhealthy("interrupted while ClickHouse at " + url + " was asked");
    }
  }

  @Override
  public Set<Guarantee> guarantees() {
    return Set.of();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
