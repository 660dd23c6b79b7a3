package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nodash.storage.kit.Processes;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus is told by the packaged runner. */
class MetricsIT {
  private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+(?:\\{[^}]*})?) (\\S+)$");
  private static final String TRACK = "{\"event\":\"e\",\"userId\":\"u\",\"messageId\":\"%s\"}";

  @TempDir
  private Path folder;

  private static Map<String, Double> scrape(RunnerProcess runner, int port) {
    var text = runner.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))).body();
    var samples = new TreeMap<String, Double>();
    SAMPLE.matcher(text).results().forEach(it -> samples.put(it.group(1), Double.parseDouble(it.group(2))));
    return samples;
  }

  @Test
  void countsRequestsEventsDecisionsAndStoresAndTheLedgerBalances() {
    int port = Processes.freePort();
    var settings = Map.of("PROMETHEUS_ENABLE", "true", "PROMETHEUS_PORT", Integer.toString(port), "RATE_LIMIT_MAX",
        "4");
    try (var runner = RunnerProcess.start(folder, settings)) {
      for (var id : new String[]{"1", "2", "2"}) {
        assertThat(runner.post("/v1/track", TRACK.formatted(id)).statusCode()).isEqualTo(200);
      }
      assertThat(runner.post("/v1/identify", "{\"userId\":\"u\",\"traits\":{}}").statusCode()).isEqualTo(200);
      assertThat(runner.post("/v1/track", TRACK.formatted("3")).statusCode()).isEqualTo(429);
      assertThat(runner.post("/v1/track", "{}").statusCode()).isEqualTo(400);
      assertThat(runner.post("/v1/track", TRACK.formatted("4"), "x-api-key", "wrong").statusCode()).isEqualTo(401);
      assertThat(runner.get("/nowhere").statusCode()).isEqualTo(404);
      var samples = scrape(runner, port);
      assertThat(samples).containsEntry("nodash_requests_seconds_count{route=\"/v1/track\",status=\"200\"}", 3.0)
          .containsEntry("nodash_requests_seconds_count{route=\"/v1/track\",status=\"429\"}", 1.0)
          .containsEntry("nodash_requests_seconds_count{route=\"/v1/track\",status=\"401\"}", 1.0)
          .containsEntry("nodash_requests_seconds_count{route=\"none\",status=\"404\"}", 1.0)
          .containsEntry("nodash_events_total{outcome=\"stored\",tenant=\"tenant1\"}", 3.0)
          .containsEntry("nodash_events_total{outcome=\"duplicate\",tenant=\"tenant1\"}", 1.0)
          .containsEntry("nodash_events_total{outcome=\"limited\",tenant=\"tenant1\"}", 1.0)
          .containsEntry("nodash_ratelimit_decisions_total{decision=\"allowed\"}", 4.0)
          .containsEntry("nodash_ratelimit_decisions_total{decision=\"limited\"}", 1.0)
          .containsEntry("nodash_store_seconds_count{result=\"stored\",store=\"events\"}", 3.0)
          .containsEntry("nodash_store_seconds_count{result=\"stored\",store=\"users\"}", 1.0)
          .containsEntry("nodash_commits_seconds_count", 4.0).containsEntry("nodash_commits_appends_total", 4.0)
          .hasEntrySatisfying("nodash_commits_seconds_sum", it -> assertThat(it).isBetween(1e-6, 3.0))
          .containsEntry("nodash_queue_events", 0.0).containsEntry("nodash_deduplication_window_seconds", 86_400.0)
          .containsEntry("nodash_ledger_received_total", 7.0)
          .containsKeys("jvm_memory_used_bytes{area=\"heap\",id=\"Tenured Gen\"}", "process_files_open_files");
      assertThat(samples.entrySet().stream().filter(it -> it.getKey().startsWith("nodash_ledger_outcomes_total"))
          .mapToDouble(Map.Entry::getValue).sum()).isCloseTo(7, within(0.0));
    }
  }

  @Test
  void countsTenantsByThemselvesOnlyUpToABound() {
    int port = Processes.freePort();
    var keys = new StringBuilder("tenant0:key0");
    for (int i = 1; i < 220; i++) {
      keys.append(",tenant").append(i).append(":key").append(i);
    }
    var settings = Map.of("PROMETHEUS_ENABLE", "true", "PROMETHEUS_PORT", Integer.toString(port), "API_KEYS",
        keys.toString());
    try (var runner = RunnerProcess.start(folder, settings)) {
      for (int i = 0; i < 220; i++) {
        assertThat(runner.post("/v1/track", TRACK.formatted("1"), "x-tenant-id", "tenant" + i, "x-api-key", "key" + i)
            .statusCode()).isEqualTo(200);
      }
      assertThat(scrape(runner, port)).containsEntry("nodash_events_total{outcome=\"stored\",tenant=\"_other\"}", 20.0)
          .containsEntry("nodash_events_total{outcome=\"stored\",tenant=\"tenant199\"}", 1.0);
    }
  }

  @Test
  void saysWhichPortIsTaken() {
    int port = Processes.freePort();
    var settings = Map.of("PROMETHEUS_ENABLE", "true", "PROMETHEUS_PORT", Integer.toString(port));
    try (var first = RunnerProcess.start(folder, settings);
        var second = RunnerProcess.launch(folder, Map.of("PROMETHEUS_ENABLE", "true", "PROMETHEUS_PORT",
            Integer.toString(port), "EVENTS_PATH", "other/events", "USERS_PATH", "other/users"))) {
      assertThat(first.process().isAlive()).isTrue();
      assertThat(second.awaitExit()).isEqualTo(1);
      assertThat(second.output()).contains("PROMETHEUS_PORT: cannot listen on 127.0.0.1:" + port);
    }
  }
}
