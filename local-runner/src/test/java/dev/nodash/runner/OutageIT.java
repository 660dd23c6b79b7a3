package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.storage.dynamodb.DynamoDbEngine;
import dev.nodash.storage.kit.Concurrently;
import dev.nodash.storage.kit.Engine;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource({"clickhouse, kill", "clickhouse, freeze", "postgres, kill", "postgres, freeze", "redis, kill",
      "redis, freeze", "dynamodb, kill", "dynamodb, freeze"})
  void anEngineGoesAndComesBackUnderLoad(String engine, String how, @TempDir Path folder) {
    var it = of(engine);
    var name = "outage-" + engine + "-" + how;
    var ledger = new Ledger();
    var settings = Engines.with(it.settings(), "RATE_LIMIT_MAX", "1000000000", "LOG_LEVEL", "warn");
    try (var runner = RunnerProcess.start(folder, settings)) {
      Duration recovery;
      List<HttpResponse<String>> refused;
      try (var load = new SteadyLoad(runner, ledger, name)) {
        load.awaitAcknowledged(SOME);
        goAway(it.engine(), how);
        if (engine.equals("redis")) {
          load.awaitAcknowledged(SOME);
          SteadyLoad.await(() -> runner.get("/v1/health").body().contains("\"status\":\"degraded\""), "degraded");
        } else {
          load.awaitRefused(SOME);
          refusedAtOnce(runner);
          SteadyLoad.await(() -> runner.get("/v1/health").statusCode() == 503, "unhealthy");
          assertThat(runner.get("/v1/health/live").statusCode()).isEqualTo(200);
        }
        long back = System.nanoTime();
        comeBack(it.engine(), how);
        var ready = System.nanoTime();
        load.awaitAcknowledged(1);
        recovery = Duration.ofNanos(System.nanoTime() - (how.equals("kill") ? ready : back));
        load.awaitAcknowledged(SOME);
        load.stop();
        refused = load.refused();
        retry(load, ledger);
      }
      System.out.printf("OutageIT: %s %s: %d acknowledged, %d refused, back after %d ms%n", engine, how,
          ledger.acknowledged().size(), refused.size(), recovery.toMillis());
      check(it, ledger, name, refused, recovery, engine.equals("redis"));
      SteadyLoad.await(() -> runner.get("/v1/health").body().contains("\"status\":\"healthy\""), "healthy");
      assertThat(runner.output().lines().filter(line -> line.contains("gives no answer")).count()).isLessThan(10);
    }
  }

  private static void goAway(Engine engine, String how) {
    if (how.equals("kill")) {
      engine.kill();
    } else {
      engine.freeze();
    }
  }

  private static void comeBack(Engine engine, String how) {
    if (how.equals("kill")) {
      engine.restart();
    } else {
      engine.thaw();
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

  private static void check(Case it, Ledger ledger, String name, List<HttpResponse<String>> refused,
      Duration recovery, boolean goesOn) {
    assertThat(refused).allMatch(answer -> answer.statusCode() == 503, "is 503").allMatch(
        answer -> answer.headers().firstValue("retry-after").map(Integer::parseInt).orElse(0) >= 1, "has Retry-After");
    if (goesOn) {
      assertThat(refused).isEmpty();
    }
    assertThat(recovery).isLessThan(RECOVERY);
    var stored = it.events().apply(name);
    assertThat(ledger.unknown()).isEmpty();
    assertThat(ledger.acknowledged()).allMatch(
        message -> stored.getOrDefault(List.of(message.tenant(), message.id()), 0) == 1, "is stored once");
    assertThat(stored).hasSize(ledger.acknowledged().size());
  }
}
