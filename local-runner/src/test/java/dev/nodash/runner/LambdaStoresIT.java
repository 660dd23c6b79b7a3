package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.runner.SamTemplate.LambdaFunction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The zips, with nothing on their class path but what is in them, on the stores of a production deployment. */
@TestInstance(Lifecycle.PER_CLASS)
class LambdaStoresIT {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String SNAP_START = "AWS_LAMBDA_INITIALIZATION_TYPE";

  private final Engines engines = Engines.start();
  private SamTemplate template;

  @BeforeAll
  void makeTheTables(@TempDir Path folder) {
    var parameters = new HashMap<>(Edges.PARAMETERS);
    parameters.put("LambdaAllowEphemeral", "false");
    template = Edges.template(parameters);
    for (var settings : List.of(engines.trio(), engines.postgresAlone())) {
      try (var runner = RunnerProcess.start(folder, settings)) {
        assertThat(runner.terminate()).isEqualTo(143);
      }
    }
  }

  @AfterAll
  void stop() {
    engines.close();
  }

  @Test
  void everyFunctionWorksOnClickHousePostgresAndRedis(@TempDir Path folder) {
    everyFunctionWorksOn(folder, lambda(engines.trio()), "lambda-trio");
    assertThat(engines.clickHouseEvents("lambda-trio")).hasSize(2).values().containsOnly(1);
    assertThat(engines.traits()).contains(List.of("tenant1", "lambda-trio-user", "plan"));
  }

  @Test
  void everyFunctionWorksOnPostgresAndRedis(@TempDir Path folder) {
    everyFunctionWorksOn(folder, lambda(Engines.with(engines.trio(), "STORE_EVENTS", "postgres")), "lambda-pg");
    assertThat(engines.postgresEvents("lambda-pg")).hasSize(2).values().containsOnly(1);
  }

  private void everyFunctionWorksOn(Path folder, Map<String, String> settings, String id) {
    try (var sandbox = LambdaProcess.start(function("/v1/track"), folder.resolve("track"), settings)) {
      assertThat(track(sandbox, id).body()).contains("\"success\":true").doesNotContain(Ledger.DUPLICATE);
      assertThat(track(sandbox, id).body()).contains("\"success\":true").contains(Ledger.DUPLICATE);
    }
    try (var sandbox = LambdaProcess.start(function("/v1/identify"), folder.resolve("identify"), settings)) {
      var identify = ContractCase.identify("identify", "{\"userId\":\"%s-user\",\"messageId\":\"%s-2\","
          .formatted(id, id) + "\"traits\":{\"plan\":\"premium\"}}");
      assertThat(answer(sandbox, identify).body()).contains("\"created\":true");
    }
    try (var sandbox = LambdaProcess.start(function("/v1/health"), folder.resolve("health"), settings)) {
      assertThat(answer(sandbox, ContractCase.bare("health", "GET", "/v1/health")).body())
          .contains("\"status\":\"healthy\"").doesNotContain("unhealthy");
    }
  }

  @Test
  void aSnapshotHoldsNoConnectionAndEachCopyMakesItsOwn(@TempDir Path folder) {
    for (var events : List.of("clickhouse", "postgres")) {
      var settings = lambda(Engines.with(engines.trio(), "STORE_EVENTS", events, SNAP_START, "snap-start"));
      try (var sandbox = LambdaProcess.start(function("/v1/track"), folder.resolve(events), settings)) {
        sandbox.awaitCheckpoint();
        awaitNoConnection();
        assertThat(engines.postgresEvents("m")).isEmpty();
        assertThat(engines.clickHouseEvents("m")).isEmpty();
        sandbox.restore();
        assertThat(track(sandbox, "snapshot-" + events).body()).contains("\"success\":true")
            .doesNotContain(Ledger.DUPLICATE);
        assertThat(track(sandbox, "snapshot-" + events).body()).contains(Ledger.DUPLICATE);
      }
    }
    assertThat(engines.clickHouseEvents("snapshot-")).hasSize(1);
    assertThat(engines.postgresEvents("snapshot-")).hasSize(1);
  }

  @Test
  void healthStartsAndTellsWhatIsAway(@TempDir Path folder) {
    var nowhere = Engines.with(engines.trio(), "CLICKHOUSE_URL", "clickhouse://127.0.0.1:1/nodash", "POSTGRES_URL",
        "postgresql://nodash@127.0.0.1:1/nodash");
    try (var sandbox = LambdaProcess.start(function("/v1/health"), folder, lambda(nowhere))) {
      var health = GatewayEvents.PAYLOAD_2_0.event(ContractCase.bare("health", "GET", "/v1/health"));
      var reply = Reply.ofGateway("GET", sandbox.invoke(health));
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.body()).contains("\"status\":\"unhealthy\"", "\"eventStore\":\"unhealthy\"",
          "\"userStore\":\"unhealthy\"", "\"rateLimiter\":\"healthy\"");
    }
  }

  /** A server may notice a closed connection a moment later. */
  private void awaitNoConnection() {
    var until = System.nanoTime() + PATIENCE.toNanos();
    while (connections() > 0) {
      assertThat(System.nanoTime()).as("connections are still open").isLessThan(until);
    }
  }

  /** Those of Nodash to PostgreSQL, and those to Redis but the asking one's. */
  private int connections() {
    var postgres = engines.postgresRows(
        "SELECT count(*)::text FROM pg_stat_activity WHERE application_name = 'nodash'").getFirst().getFirst();
    return Integer.parseInt(postgres) + engines.redis().clients();
  }

  private LambdaFunction function(String path) {
    return template.functionFor(path);
  }

  /** The limiter's and the template's other variables are as the parameters say; stores are the engines'. */
  private static Map<String, String> lambda(Map<String, String> settings) {
    return Engines.with(settings, "STORE_DEDUPLICATION", "redis");
  }

  private static Reply track(LambdaProcess sandbox, String id) {
    return answer(sandbox, ContractCase.track("track", "{\"event\":\"e\",\"userId\":\"u\",\"messageId\":\"" + id
        + "\",\"timestamp\":\"2026-11-01T00:00:00Z\"}"));
  }

  private static Reply answer(LambdaProcess sandbox, ContractCase request) {
    var reply = Reply.ofGateway(request.method(), sandbox.invoke(GatewayEvents.PAYLOAD_2_0.event(request)));
    assertThat(reply.status()).as(reply.body() + sandbox.output()).isEqualTo(200);
    return reply;
  }
}
