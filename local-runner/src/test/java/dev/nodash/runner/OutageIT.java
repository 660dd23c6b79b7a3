package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.storage.dynamodb.DynamoDbEngine;
import dev.nodash.storage.kit.Concurrently;
import dev.nodash.storage.kit.Engine;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each engine is killed or frozen under load and comes back. Without its store the runner refuses, soon at once; without
 * Redis it goes on. In the end every acknowledged event is there, once.
 */
@TestInstance(Lifecycle.PER_CLASS)
class OutageIT {
  private static final Duration RECOVERY = Duration.ofSeconds(5);
  private static final Duration AT_ONCE = Duration.ofMillis(250);
  private static final int SOME = 100;
  private static final int RETRIERS = 64;

  private final Engines engines = Engines.start();
  private final DynamoDbEngine dynamoDb = DynamoDbEngine.start();

  @AfterAll
  void stop() {
    dynamoDb.close();
    engines.close();
  }

  private enum Outage {
    KILLED, FROZEN
  }

  private record Case(Map<String, String> settings, Engine engine,
      Function<String, Map<List<String>, Integer>> events) {}

  private Case of(String engine) {
    return switch (engine) {
      case "clickhouse" -> new Case(engines.trio(), engines.clickHouse(), engines::clickHouseEvents);
      case "postgres" -> new Case(engines.postgresAlone(), engines.postgres(), engines::postgresEvents);
      case "redis" -> new Case(engines.trio(), engines.redis(), engines::clickHouseEvents);
      case "dynamodb" -> new Case(Engines.on(dynamoDb), dynamoDb, dynamoDb::events);
      default -> throw new IllegalArgumentException(engine);
    };
  }

  /** Both in one run, since a retry of what was under way when the engine went may have to wait for as long as a lease. */
  @ParameterizedTest
  @ValueSource(strings = {"clickhouse", "postgres", "redis", "dynamodb"})
  void anEngineGoesAndComesBackUnderLoad(String engine, @TempDir Path folder) {
    var it = of(engine);
    var name = "outage-" + engine;
    var ledger = new Ledger();
    var settings = Engines.with(it.settings(), "RATE_LIMIT_MAX", "1000000000", "LOG_LEVEL", "warn");
    try (var runner = RunnerProcess.start(folder, settings)) {
      var recoveries = new ArrayList<Duration>();
      List<HttpResponse<String>> refused;
      try (var load = new SteadyLoad(runner, ledger, name)) {
        load.awaitAcknowledged(SOME);
        for (var how : Outage.values()) {
          goAway(it.engine(), how);
          awaitOutage(runner, load, engine.equals("redis"));
          comeBack(it.engine(), how);
          recoveries.add(load.awaitAcknowledged(1));
          load.awaitAcknowledged(SOME);
          SteadyLoad.await(() -> runner.get("/v1/health").body().contains("\"status\":\"healthy\""), "healthy");
        }
        load.stop();
        refused = load.refused();
        retry(load, ledger);
      }
      System.out.printf("OutageIT: %s: %d acknowledged, %d refused, back after %s%n", engine,
          ledger.acknowledged().size(), refused.size(), recoveries);
      check(it, ledger, name, refused, engine.equals("redis"));
      assertThat(recoveries).allMatch(recovery -> recovery.compareTo(RECOVERY) < 0, "is soon");
      assertThat(runner.output().lines().filter(line -> line.contains("gives no answer")).count()).isLessThan(20);
    }
  }

  private static void awaitOutage(RunnerProcess runner, SteadyLoad load, boolean goesOn) {
    if (goesOn) {
      load.awaitAcknowledged(SOME);
      SteadyLoad.await(() -> runner.get("/v1/health").body().contains("\"status\":\"degraded\""), "degraded");
    } else {
      load.awaitRefused(SOME);
      refusedAtOnce(runner);
      SteadyLoad.await(() -> runner.get("/v1/health").statusCode() == 503, "unhealthy");
      assertThat(runner.get("/v1/health/live").statusCode()).isEqualTo(200);
    }
  }

  private static void goAway(Engine engine, Outage how) {
    switch (how) {
      case KILLED -> engine.kill();
      case FROZEN -> engine.freeze();
    }
  }

  /** A killed one is ready then; a frozen one goes on. */
  private static void comeBack(Engine engine, Outage how) {
    switch (how) {
      case KILLED -> engine.restart();
      case FROZEN -> engine.thaw();
    }
  }

  /** Most answers come without asking the dead engine: of a few, the fastest half is fast. */
  private static void refusedAtOnce(RunnerProcess runner) {
    int fast = 0;
    for (int i = 0; i < 10; i++) {
      long start = System.nanoTime();
      assertThat(runner.post("/v1/track", "{\"event\":\"probe\"}").statusCode()).isEqualTo(503);
      fast += System.nanoTime() - start < AT_ONCE.toNanos() ? 1 : 0;
    }
    assertThat(fast).isGreaterThanOrEqualTo(5);
  }

  /** As a client does: what was not acknowledged is sent again until it is, which may take as long as a lease. */
  private static void retry(SteadyLoad load, Ledger ledger) {
    var pending = ledger.unknown();
    Concurrently.run(RETRIERS, retrier -> {
      for (int i = retrier; i < pending.size(); i += RETRIERS) {
        var message = pending.get(i);
        SteadyLoad.await(() -> load.send(message), "the retry of " + message);
      }
      return retrier;
    });
  }

  private static void check(Case it, Ledger ledger, String name, List<HttpResponse<String>> refused, boolean goesOn) {
    assertThat(refused).allMatch(answer -> answer.statusCode() == 503, "is 503").allMatch(
        answer -> answer.headers().firstValue("retry-after").map(Integer::parseInt).orElse(0) >= 1, "has Retry-After");
    if (goesOn) {
      assertThat(refused).isEmpty();
    }
    var stored = it.events().apply(name);
    assertThat(ledger.unknown()).isEmpty();
    assertThat(ledger.acknowledged()).allMatch(
        message -> stored.getOrDefault(List.of(message.tenant(), message.id()), 0) == 1, "is stored once");
    assertThat(stored).hasSize(ledger.acknowledged().size());
  }
}
