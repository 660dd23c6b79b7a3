package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.storage.kit.CuttingProxy;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several runners on one ClickHouse, one PostgreSQL and one Redis keep the promises that one keeps on its files. */
@TestInstance(Lifecycle.PER_CLASS)
class ProductionIT {
  private static final String KEY = "key-of-shop";
  private static final int MANY = 200;

  private final Engines engines = Engines.start();
  private RunnerProcess one;
  private RunnerProcess two;

  @BeforeAll
  void startTwoAtOnceOnEmptyDatabases(@TempDir Path first, @TempDir Path second) {
    var settings = Engines.with(engines.trio(), "NODE_ENV", "production", "API_KEYS", "shop:" + KEY,
        "RATE_LIMIT_MAX", "300");
    one = RunnerProcess.launch(first, settings);
    two = RunnerProcess.launch(second, settings);
    one.awaitReady();
    two.awaitReady();
  }

  @AfterAll
  void stop() {
    try (engines) {
      assertThat(one.terminate()).isEqualTo(143);
      assertThat(two.terminate()).isEqualTo(143);
      assertThat(one.output() + two.output()).doesNotContain("s3cret", KEY, "\"log.level\":\"ERROR\"", "\"ERROR\"");
    }
  }

  private static CompletableFuture<HttpResponse<String>> track(RunnerProcess runner, String user, String messageId,
      String event) {
    return runner.postAsync("/v1/track", "{\"event\":\"" + event + "\",\"userId\":\"" + user + "\",\"messageId\":\""
        + messageId + "\"}", "x-tenant-id", "shop", "x-api-key", KEY);
  }

  private List<HttpResponse<String>> acrossBoth(String user, String messageId) {
    return IntStream.range(0, MANY).mapToObj(i -> track(i % 2 == 0 ? one : two, user, messageId, "e" + i)).toList()
        .stream().map(CompletableFuture::join).toList();
  }

  @Test
  void aMessageSentManyTimesAcrossTwoProcessesIsStoredOnce() {
    var answers = acrossBoth("once", "prod-once");
    assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 503).contains(200);
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 503)
        .allMatch(answer -> answer.headers().firstValue("retry-after").filter("1"::equals).isPresent());
    assertThat(answers.stream().map(HttpResponse::body)
        .filter(body -> body.contains("\"success\":true") && !body.contains(Ledger.DUPLICATE))).hasSize(1);
    assertThat(track(one, "once", "prod-once", "again").join().body()).contains(Ledger.DUPLICATE);
    assertThat(track(two, "once", "prod-once", "again").join().body()).contains(Ledger.DUPLICATE);
    assertThat(engines.clickHouseEvents("prod-once")).isEqualTo(Map.of(List.of("shop", "prod-once"), 1));
  }

  @Test
  void theRateLimitHoldsAcrossTwoProcesses() {
    var answers = IntStream.range(0, 400).mapToObj(i -> track(i % 2 == 0 ? one : two, "eager", "prod-limit-" + i, "e"))
        .toList().stream().map(CompletableFuture::join).toList();
    var statuses = answers.stream().map(HttpResponse::statusCode).toList();
    assertThat(Collections.frequency(statuses, 200)).isEqualTo(300);
    assertThat(Collections.frequency(statuses, 429)).isEqualTo(100);
    assertThat(engines.clickHouseEvents("prod-limit-")).hasSize(300).values().containsOnly(1);
  }

  @Test
  void anIdentifyMergesInOneEngineAndIsAnEventInTheOther() {
    var answers = IntStream.range(0, 48).mapToObj(i -> (i % 2 == 0 ? one : two).postAsync("/v1/identify",
        "{\"userId\":\"ann\",\"messageId\":\"prod-identify-" + i + "\",\"traits\":{\"k" + i + "\":1.10}}",
        "x-tenant-id", "shop", "x-api-key", KEY)).toList().stream().map(CompletableFuture::join).toList();
    assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200);
    assertThat(answers.stream().map(HttpResponse::body).filter(body -> body.contains("\"created\":true"))).hasSize(1);
    assertThat(engines.traits()).filteredOn(row -> row.get(1).equals("ann")).hasSize(48);
    assertThat(engines.clickHouseEvents("prod-identify-")).hasSize(48).values().containsOnly(1);
  }

  @Test
  void aFlushedRedisLosesNoEventAndStoresNoneTwice() {
    var before = IntStream.range(0, 100).mapToObj(i -> track(one, "f" + i, "prod-flush-" + i, "e")).toList();
    for (int i = 0; i < 20; i++) {
      engines.redis().flush();
    }
    assertThat(before.stream().map(CompletableFuture::join)).extracting(HttpResponse::statusCode).containsOnly(200);
    engines.redis().flush();
    var again = IntStream.range(0, 100).mapToObj(i -> track(two, "f" + i, "prod-flush-" + i, "again")).toList();
    assertThat(again.stream().map(CompletableFuture::join)).extracting(HttpResponse::statusCode).containsOnly(200);
    assertThat(engines.clickHouseEvents("prod-flush-")).hasSize(100).values().containsOnly(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"clickhouse", "postgres"})
  void ofManyRequestsTheOneWhoseRowTheEngineRefusesFailsAlone(String store, @TempDir Path folder) {
    var settings = store.equals("clickhouse") ? engines.trio() : engines.postgresAlone();
    try (var runner = RunnerProcess.start(folder, settings)) {
      var prefix = "prod-bad-" + store + "-";
      if (store.equals("clickhouse")) {
        engines.clickHouse().sql("ALTER TABLE events_raw ADD CONSTRAINT no_evil CHECK event_name != 'evil'");
      } else {
        engines.postgresDo("ALTER TABLE nodash.events ADD CONSTRAINT no_evil CHECK (event_name <> 'evil')");
      }
      var answers = IntStream.range(0, 64).mapToObj(i -> runner.postAsync("/v1/track", "{\"event\":\""
          + (i == 13 ? "evil" : "good") + "\",\"messageId\":\"" + prefix + i + "\",\"userId\":\"u" + i + "\"}"))
          .toList().stream().map(CompletableFuture::join).toList();
      for (int i = 0; i < 64; i++) {
        assertThat(answers.get(i).statusCode()).as(answers.get(i).body()).isEqualTo(i == 13 ? 500 : 200);
      }
      var stored = store.equals("clickhouse") ? engines.clickHouseEvents(prefix) : engines.postgresEvents(prefix);
      assertThat(stored).hasSize(63).doesNotContainKey(List.of("tenant1", prefix + 13)).values().containsOnly(1);
    }
  }

  @Test
  void missingAndForeignTablesAreNamedAtStart(@TempDir Path folder) {
    engines.clickHouse().sql("CREATE DATABASE foreign_tables");
    engines.clickHouse().sql("CREATE TABLE foreign_tables.events_raw (a Int32) ENGINE = MergeTree ORDER BY a");
    engines.clickHouse().sql("CREATE DATABASE empty_tables");
    engines.postgresDo("CREATE SCHEMA foreign_tables CREATE TABLE events (a int)");
    var clickHouse = Map.of("STORE_EVENTS", "clickhouse", "CLICKHOUSE_URL", engines.clickHouse().url("foreign_tables"));
    var postgres = Map.of("STORE_EVENTS", "postgres", "POSTGRES_URL",
        engines.postgres().url() + "?currentSchema=foreign_tables");
    assertThat(failed(folder, clickHouse)).contains("CLICKHOUSE_URL: ", "events_raw");
    assertThat(failed(folder, postgres)).contains("POSTGRES_URL: ", "events");
    assertThat(failed(folder, Engines.with(clickHouse, "SCHEMA_MIGRATE", "verify", "CLICKHOUSE_URL",
        engines.clickHouse().url("empty_tables")))).contains("CLICKHOUSE_URL: ", "there is no events_raw");
    assertThat(failed(folder, Engines.with(postgres, "SCHEMA_MIGRATE", "verify", "POSTGRES_URL",
        engines.postgres().url() + "?currentSchema=empty_tables"))).contains("POSTGRES_URL: ", "empty_tables");
    assertThat(engines.clickHouse().sql("SHOW TABLES FROM empty_tables")).isEmpty();
  }

  private static String failed(Path folder, Map<String, String> settings) {
    var runner = RunnerProcess.launch(folder, settings);
    assertThat(runner.awaitExit()).isEqualTo(1);
    return runner.output();
  }

  /** A track and an identify in turns. */
  private static String batch(String prefix, int events) {
    return IntStream.range(0, events).mapToObj(i -> i % 2 == 0
        ? "{\"type\":\"track\",\"event\":\"e\",\"messageId\":\"%s-%d\"}".formatted(prefix, i)
        : "{\"type\":\"identify\",\"userId\":\"%s-%d\",\"messageId\":\"%1$s-%2$d\"}".formatted(prefix, i))
        .collect(Collectors.joining(",", "{\"batch\":[", "]}"));
  }

  @Test
  void aBatchIsOneInsertAndIsStoredOnceWhateverProcessItComesTo(@TempDir Path folder) {
    var body = batch("prod-batch", 100);
    assertThat(one.post("/v1/batch", body, "x-tenant-id", "shop", "x-api-key", KEY).body())
        .contains("\"stored\":100,\"duplicates\":0,\"rejected\":[]");
    assertThat(two.post("/v1/batch", body, "x-tenant-id", "shop", "x-api-key", KEY).body())
        .contains("\"stored\":0,\"duplicates\":100,\"rejected\":[]");
    // What each row has of the moment of its insert.
    assertThat(engines.clickHouse().sql(
        "SELECT count(), uniqExact(version) FROM events_raw WHERE startsWith(message_id, 'prod-batch')").strip())
        .isEqualTo("100\t1");
    try (var runner = RunnerProcess.start(folder, engines.postgresAlone())) {
      for (var size : List.of(10, 100)) {
        var prefix = "prod-pg-" + size;
        assertThat(runner.post("/v1/batch", batch(prefix, size)).body()).contains("\"stored\":" + size);
        // The transaction that wrote the row.
        assertThat(engines.postgresRows("SELECT count(*)::text, count(DISTINCT xmin::text)::text FROM nodash.events"
            + " WHERE starts_with(message_id, '" + prefix + "-')"))
            .containsExactly(List.of(Integer.toString(size), "1"));
      }
    }
  }

  @Test
  void aReplyLostAfterTheCommitAndARetryInAnotherBatchAreOneEvent(@TempDir Path folder) {
    try (var toClickHouse = new CuttingProxy(URI.create(engines.clickHouse().url().replace("clickhouse", "http"))
        .getPort());
        var toPostgres = new CuttingProxy(engines.postgres().port())) {
      var url = engines.clickHouse().url();
      var port = url.substring(url.lastIndexOf(':') + 1, url.lastIndexOf('/'));
      lostReply(folder, toClickHouse, Engines.with(engines.trio(), "STORE_DEDUPLICATION", "memory", "CLICKHOUSE_URL",
          url.replace(":" + port + "/", ":" + toClickHouse.port() + "/")), "prod-lost-ch");
      lostReply(folder, toPostgres, Engines.with(engines.postgresAlone(), "POSTGRES_URL",
          engines.postgres().url().replace(":" + engines.postgres().port() + "/", ":" + toPostgres.port() + "/")),
          "prod-lost-pg");
    }
    assertThat(engines.clickHouseEvents("prod-lost-ch")).isEqualTo(Map.of(List.of("tenant1", "prod-lost-ch"), 1,
        List.of("tenant1", "prod-lost-ch-neighbour"), 1));
    assertThat(engines.postgresEvents("prod-lost-pg")).isEqualTo(Map.of(List.of("tenant1", "prod-lost-pg"), 1,
        List.of("tenant1", "prod-lost-pg-neighbour"), 1));
  }

  /** Sends a message whose reply is lost; then, as another process would, the same one beside a neighbour. */
  private static void lostReply(Path folder, CuttingProxy proxy, Map<String, String> settings, String messageId) {
    var body = "{\"event\":\"e\",\"messageId\":\"%s\",\"timestamp\":\"2026-11-01T00:00:00Z\"}";
    try (var runner = RunnerProcess.start(folder, settings)) {
      proxy.loseReplyTo(messageId);
      var status = runner.post("/v1/track", body.formatted(messageId)).statusCode();
      assertThat(proxy.lost()).isPositive();
      assertThat(status).isIn(200, 503);
    }
    try (var runner = RunnerProcess.start(folder, settings)) {
      var both = List.of(runner.postAsync("/v1/track", body.formatted(messageId + "-neighbour")),
          runner.postAsync("/v1/track", body.formatted(messageId)));
      assertThat(both.stream().map(CompletableFuture::join)).extracting(HttpResponse::statusCode).containsOnly(200);
    }
  }
}
