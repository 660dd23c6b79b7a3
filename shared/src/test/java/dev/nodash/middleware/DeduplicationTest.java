package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.model.User;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.kit.Concurrently;
import dev.nodash.storage.kit.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeduplicationTest {
  private static final String MESSAGE = "{\"event\":\"e\",\"messageId\":\"m\"}";
  private final Line line = Line.inMemory();

  @Nested
  class ARetry {

    @Test
    void hasTheSameEventIdAndIsStoredOnce() {
      var first = line.track(MESSAGE).send().accepted();
      line.clock.advance(Duration.ofHours(23));
      var second = line.track("{\"event\":\"other\",\"messageId\":\"m\"}").send().accepted();
      assertThat(first.isDuplicate()).isFalse();
      assertThat(second.isDuplicate()).isTrue();
      assertThat(second.text("eventId")).isEqualTo(first.text("eventId"));
      assertThat(line.onlyEvent().name()).isEqualTo("e");
    }

    @Test
    void inAnotherTenantIsAnotherEvent() {
      var one = line.track(MESSAGE).send().accepted();
      var two = line.track(MESSAGE).tenant("tenant2").key(Line.KEY2).send().accepted();
      assertThat(two.isDuplicate()).isFalse();
      assertThat(two.text("eventId")).isNotEqualTo(one.text("eventId"));
    }

    @Test
    void afterTheDeduplicatorForgotIsDecidedByTheStore() {
      line.track(MESSAGE).send().accepted();
      line.clock.advance(Duration.ofDays(2));
      assertThat(line.track(MESSAGE).send().accepted().isDuplicate()).isTrue();
      line.onlyEvent();
    }
  }

  @Nested
  class Concurrent {

    @Test
    void attemptsOfOneProcessWaitForTheFirstAndAreDuplicates() {
      var entered = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      line.events.before = () -> {
        entered.countDown();
        Concurrently.await(goOn);
      };
      var first = CompletableFuture.supplyAsync(() -> line.track(MESSAGE).send());
      Concurrently.await(entered);
      var others = CompletableFuture.supplyAsync(() -> Concurrently.run(10, _ -> line.track(MESSAGE).send()));
      assertThat(others).isNotDone();
      goOn.countDown();
      assertThat(first.join().accepted().isDuplicate()).isFalse();
      assertThat(others.join()).hasSize(10).allSatisfy(reply -> assertThat(reply.accepted().isDuplicate()).isTrue());
      line.onlyEvent();
    }

    @Test
    void attemptsThatWaitTooLongAreToldToComeBack() {
      line.patience(Duration.ofMillis(30));
      var entered = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      line.events.before = () -> {
        entered.countDown();
        Concurrently.await(goOn);
      };
      var first = CompletableFuture.supplyAsync(() -> line.track(MESSAGE).send());
      Concurrently.await(entered);
      var second = line.track(MESSAGE).send().refused(503, "Service Unavailable");
      assertThat(second.number("Retry-After")).isEqualTo(1);
      goOn.countDown();
      first.join().accepted();
    }

    @Test
    void anAttemptWhoseForerunnerWroteNothingTriesItself() {
      var entered = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      line.events.before = () -> {
        entered.countDown();
        Concurrently.await(goOn);
        line.events.heal();
        throw new StoreUnavailable("full");
      };
      var first = CompletableFuture.supplyAsync(() -> line.track(MESSAGE).send());
      Concurrently.await(entered);
      var second = CompletableFuture.supplyAsync(() -> line.track(MESSAGE).send());
      goOn.countDown();
      first.join().refused(503, "Service Unavailable");
      assertThat(second.join().accepted().isDuplicate()).isFalse();
      line.onlyEvent();
    }

    @Test
    void anAttemptInAnotherProcessHoldsTheClaimForASecondAtATime() {
      var tenant = Tenant.of("tenant1");
      var id = EventId.ofMessage(tenant.id(), "m");
      var other = Samples.owner();
      line.claims.claim(tenant, id, other, Line.NOW);
      assertThat(line.track(MESSAGE).send().refused(503, "Service Unavailable").number("Retry-After")).isEqualTo(1);
      assertThat(line.stored("tenant1")).isEmpty();
      line.claims.release(tenant, id, other);
      line.track(MESSAGE).send().accepted();
    }
  }

  @Nested
  class AFailure {

    @Test
    void thatCertainlyWroteNothingLetsTheRetryComeAtOnce() {
      line.events.before = () -> {
        throw new StoreUnavailable("full");
      };
      assertThat(line.track(MESSAGE).send().refused(503, "Service Unavailable").number("Retry-After")).isEqualTo(1);
      line.events.heal();
      assertThat(line.track(MESSAGE).send().accepted().isDuplicate()).isFalse();
      line.onlyEvent();
    }

    @Test
    void ofUnknownOutcomeKeepsTheRetryAwayForTheLeaseAndTheStoreDecidesThen() {
      line.events.after = () -> {
        throw new OutcomeUnknown("no answer");
      };
      var reply = line.track(MESSAGE).send().refused(503, "Service Unavailable");
      assertThat(reply.number("Retry-After")).isGreaterThanOrEqualTo((int) Line.LEASE.toSeconds());
      line.events.heal();
      line.track(MESSAGE).send().refused(503, "Service Unavailable");
      line.clock.advance(Duration.ofSeconds(reply.number("Retry-After")));
      assertThat(line.track(MESSAGE).send().accepted().isDuplicate()).isTrue();
      line.onlyEvent();
    }

    @Test
    void ofUnknownOutcomeThatWroteNothingIsMadeGoodAfterTheLease() {
      line.events.before = () -> {
        throw new OutcomeUnknown("no answer");
      };
      line.track(MESSAGE).send().refused(503, "Service Unavailable");
      line.events.heal();
      line.clock.advance(Line.LEASE);
      assertThat(line.track(MESSAGE).send().accepted().isDuplicate()).isFalse();
      line.onlyEvent();
    }

    @Test
    void toConfirmAfterTheAppendIsStillAnAcceptance() {
      line.claims.after = () -> {
        throw new StoreUnavailable("the deduplicator is gone");
      };
      assertThat(line.track(MESSAGE).send().accepted().isDuplicate()).isFalse();
      line.claims.heal();
      line.clock.advance(Line.LEASE);
      assertThat(line.track(MESSAGE).send().accepted().isDuplicate()).isTrue();
      line.onlyEvent();
    }
  }

  /** Which know themselves what they have and what they are being given: nobody claims anything before them. */
  @Nested
  class OnFlatFiles {
    private static final String BATCH = "{\"batch\":[{\"type\":\"track\",\"event\":\"e\",\"userId\":\"u\",\"messageId\":\"m\"},"
        + "{\"type\":\"track\",\"event\":\"f\",\"userId\":\"u\",\"messageId\":\"n\"}]}";
    @TempDir
    private Path folder;

    @Test
    void attemptsAtTheSameTimeStoreOneAndTheOthersAreDuplicates() throws InterruptedException {
      try (var files = Line.onFlatFiles(folder)) {
        var replies = Concurrently.run(20, _ -> files.track(MESSAGE).send().accepted());
        assertThat(replies).filteredOn(reply -> !reply.isDuplicate()).hasSize(1);
        assertThat(replies).extracting(reply -> reply.text("eventId")).containsOnly(files.onlyEvent().id().toString());
        assertThat(files.tally().outcomes().get(Outcome.STORED)).isEqualTo(1);
        assertThat(files.tally().outcomes().get(Outcome.DUPLICATE)).isEqualTo(19);
      }
    }

    @Test
    void batchesThatOverlapStoreEachEventOnce() throws InterruptedException {
      try (var files = Line.onFlatFiles(folder)) {
        Concurrently.run(20, i -> i % 2 == 0
            ? files.request("POST", "/v1/batch").key(Line.KEY1).body(BATCH).send().accepted()
            : files.track(MESSAGE).send().accepted());
        assertThat(files.stored("tenant1")).extracting(event -> event.messageId().orElseThrow())
            .containsExactlyInAnyOrder("m", "n");
        assertThat(files.tally().outcomes().get(Outcome.STORED)).isEqualTo(2);
        assertThat(files.tally().outcomes().get(Outcome.DUPLICATE)).isEqualTo(28);
      }
    }

    @Test
    void identifiesAtTheSameTimeStoreOneEventAndAllSayWhoMadeTheUser() throws InterruptedException {
      try (var files = Line.onFlatFiles(folder)) {
        var body = "{\"userId\":\"u\",\"messageId\":\"m\",\"traits\":{\"plan\":\"pro\"}}";
        var replies = Concurrently.run(20, _ -> files.identify(body).send().accepted());
        assertThat(replies).allSatisfy(reply -> assertThat(reply.raw("created")).isEqualTo("true"));
        assertThat(files.user("u").orElseThrow().createdBy()).isEqualTo(files.onlyEvent().id());
        assertThat(files.tally().outcomes().get(Outcome.STORED)).isEqualTo(1);
      }
    }

    @Test
    void identifiesOfOneMessageAtTheSameTimeChangeNoOtherUser() throws InterruptedException {
      try (var files = Line.onFlatFiles(folder)) {
        var replies = Concurrently.run(20, i -> files.identify("{\"userId\":\"u" + i
            + "\",\"messageId\":\"m\",\"traits\":{\"plan\":\"pro\"}}").send().accepted());
        assertThat(files.allUsers()).extracting(User::id)
            .containsExactly(files.onlyEvent().actor().userId().orElseThrow());
        assertThat(replies).filteredOn(reply -> reply.raw("created").equals("true")).hasSize(1);
      }
    }

    @Test
    void ofOtherTraitsInOneMessageTheFirstWin() throws InterruptedException {
      try (var files = Line.onFlatFiles(folder)) {
        for (int round = 0; round < 20; round++) {
          int message = round;
          Concurrently.run(8, i -> files.identify("{\"userId\":\"u\",\"messageId\":\"m" + message
              + "\",\"traits\":{\"t" + message + "\":" + i + "}}").send().accepted());
        }
        var kept = files.user("u").orElseThrow().traits().entrySet().stream()
            .map(trait -> "{\"" + trait.getKey() + "\":" + trait.getValue().value() + "}").toList();
        assertThat(kept).hasSize(20);
        assertThat(files.stored("tenant1")).extracting(event -> event.traits().orElseThrow().value())
            .containsExactlyInAnyOrderElementsOf(kept);
      }
    }

    @Test
    void aTrackBesideAnIdentifyOfItsMessageLeavesTheUserAlone() throws InterruptedException {
      try (var files = Line.onFlatFiles(folder)) {
        for (int round = 0; round < 20; round++) {
          var message = "\"messageId\":\"m" + round + "\"";
          var user = "u" + round;
          Concurrently.run(8, i -> i % 2 == 0
              ? files.track("{\"event\":\"e\"," + message + "}").send().accepted()
              : files.identify("{\"userId\":\"" + user + "\"," + message + "}").send().accepted());
        }
        var identified = files.stored("tenant1").stream().flatMap(event -> event.actor().userId().stream()).toList();
        assertThat(files.stored("tenant1")).hasSize(20);
        assertThat(files.allUsers()).extracting(User::id).containsExactlyInAnyOrderElementsOf(identified);
      }
    }

    @Test
    void aFailureHoldsNobodyUpForALease() throws InterruptedException {
      try (var files = Line.onFlatFiles(folder)) {
        files.events.before = () -> {
          throw new OutcomeUnknown("no answer");
        };
        files.track(MESSAGE).send().refused(503, "Service Unavailable");
        files.events.heal();
        assertThat(files.track(MESSAGE).send().accepted().isDuplicate()).isFalse();
        files.onlyEvent();
      }
    }
  }
}
