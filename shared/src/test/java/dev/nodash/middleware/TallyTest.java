package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import dev.nodash.middleware.Tally.Counts;
import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.QueueFull;
import dev.nodash.storage.StoreUnavailable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TallyTest {
  private static final String EVENT = "{\"event\":\"e\",\"messageId\":\"m\"}";
  private final Line line = Line.inMemory();

  @Test
  void knowsStoredFromDuplicate() {
    line.track(EVENT).send().accepted();
    line.track(EVENT).send().accepted();
    line.identify("{\"userId\":\"u\"}").send().accepted();
    assertThat(line.tally()).hasToString(
        "received 3 = stored 2 + duplicate 1 + rejected 0 + limited 0 + shed 0 + unavailable 0 + unknown 0");
  }

  @Test
  void countsWhatTheClientGotWrongAndWhatTheLimiterTurnedAway() {
    line.limit(1, Duration.ofHours(1));
    line.track("{").send();
    line.track(EVENT).key("wrong").send();
    line.track(EVENT).send().accepted();
    line.track(EVENT).send();
    is(Map.of(Outcome.REJECTED, 2L, Outcome.STORED, 1L, Outcome.LIMITED, 1L));
  }

  @ParameterizedTest
  @CsvSource({"unavailable,UNAVAILABLE", "full,SHED", "unknown,UNKNOWN", "refused,REJECTED", "bug,UNKNOWN"})
  void countsWhatTheStoreDid(String fault, Outcome outcome) {
    line.events.before = () -> {
      throw switch (fault) {
        case "unavailable" -> new StoreUnavailable("away");
        case "full" -> new QueueFull("full");
        case "unknown" -> new OutcomeUnknown("late");
        case "refused" -> new DataRefused("a constraint", new IllegalStateException());
        default -> new IllegalStateException("a bug");
      };
    };
    assertThat(line.track(EVENT).send().status()).isGreaterThanOrEqualTo(500);
    is(Map.of(outcome, 1L));
  }

  @Test
  void countsWhatNoFunctionSaw() {
    var nothing = new HttpRequest("", "", Map.of(), Map.of(), Body.EMPTY, "192.0.2.1", false);
    line.refuse(nothing, 400);
    line.refuse(nothing, 503);
    line.function("track").apply(new HttpRequest("POST", "/v1/track", Map.of("x-tenant-id", "tenant1"), Map.of(),
        Body.unread(Body.Fault.NO_ROOM), "192.0.2.1", false));
    is(Map.of(Outcome.REJECTED, 1L, Outcome.SHED, 2L));
  }

  @Test
  void leavesOutWhatBringsNoEvent() {
    line.get("/v1/health").send();
    line.get("/nowhere").send();
    line.get("/v1/track").send();
    line.request("OPTIONS", "/v1/track").header("origin", "https://a.example")
        .header("access-control-request-method", "POST").send();
    is(Map.of());
  }

  @Test
  void showsACallThatHasNoOutcomeYetAndBalancesAfterMany() throws InterruptedException {
    var inStore = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    line.events.before = () -> {
      inStore.countDown();
      awaited(go);
    };
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      clients.execute(() -> line.track("{\"event\":\"e\"}").send());
      inStore.await();
      assertThat(line.tally().isBalanced()).isFalse();
      assertThat(line.tally()).asString().startsWith("received 1 ≠ stored 0 + ");
      IntStream.range(0, 500).forEach(i -> clients.execute(() -> line.track(i % 3 == 0 ? EVENT : "{}").send()));
      go.countDown();
    }
    assertThat(line.tally().received()).isEqualTo(501);
    assertThat(line.tally().isBalanced()).isTrue();
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All others are zero, and the two sides balance. */
  private void is(Map<Outcome, Long> expected) {
    Counts counts = line.tally();
    for (var outcome : Outcome.values()) {
      assertThat(counts.outcomes().get(outcome)).as("%s", outcome).isEqualTo(expected.getOrDefault(outcome, 0L));
    }
    assertThat(counts.isBalanced()).isTrue();
  }
}
