package dev.nodash.storage.resilience;

import static dev.nodash.storage.Deduplicator.Claim.DONE;
import static dev.nodash.storage.Deduplicator.Claim.FRESH;
import static dev.nodash.storage.Deduplicator.Claim.IN_FLIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Tenant;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.Owner;
import dev.nodash.storage.RateLimiter.Decision;
import dev.nodash.storage.RateLimiter.Subject;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.kit.Samples;
import dev.nodash.storage.resilience.FallbackRateLimiter.Failure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** An engine that is away costs a check, not an event, and is not asked again and again. */
class FallbackTest {
  private static final Subject ANN = new Subject("192.0.2.1", "ann");
  private final SwitchedRedis redis = new SwitchedRedis();
  private final Tenant tenant = Samples.tenant();
  private Instant now = Samples.NOW;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final Breaker breaker = new Breaker("Redis", clock);

  @Nested
  class Breaking {
    private final AtomicInteger asked = new AtomicInteger();

    private int ask(RuntimeException... fault) {
      return breaker.call(() -> {
        asked.incrementAndGet();
        if (fault.length > 0) {
          throw fault[0];
        }
        return 7;
      });
    }

    @Test
    void twoFailuresOfTheLastFourCallsKeepTheEngineFromBeingAskedForASecond() {
      for (int i = 0; i < 4; i++) {
        assertThat(ask()).isEqualTo(7);
      }
      assertThatThrownBy(() -> ask(new StoreUnavailable("down"))).hasMessage("down");
      assertThatThrownBy(() -> ask(new OutcomeUnknown("frozen"))).hasMessage("frozen");
      for (int i = 0; i < 100; i++) {
        assertThatThrownBy(() -> ask()).isInstanceOf(StoreUnavailable.class).hasMessageContaining("Redis");
      }
      assertThat(asked).hasValue(6);
    }

    @Test
    void afterThatSecondOneCallTriesItAndDecides() {
      for (int i = 0; i < 4; i++) {
        assertThatThrownBy(() -> ask(new StoreUnavailable("down"))).hasMessage("down");
      }
      now = now.plusMillis(1_001);
      assertThatThrownBy(() -> ask(new StoreUnavailable("still down"))).hasMessage("still down");
      assertThatThrownBy(() -> ask()).hasMessageContaining("is not asked");
      now = now.plusMillis(1_001);
      assertThat(ask()).isEqualTo(7);
      assertThat(ask()).isEqualTo(7);
    }

    @Test
    void whatTheEngineRefusesSaysNothingOfItsHealth() {
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> ask(new DataRefused("bad row", new IllegalStateException())))
            .isInstanceOf(DataRefused.class);
      }
      assertThat(ask()).isEqualTo(7);
    }
  }

  @Nested
  class Limiting {

    private FallbackRateLimiter limiter(Failure failure) {
      return new FallbackRateLimiter(redis, breaker, failure);
    }

    @Test
    void openAdmitsWhileTheEngineIsAwayAndCounts() {
      var limiter = limiter(Failure.OPEN);
      redis.away = true;
      for (int i = 0; i < 50; i++) {
        assertThat(limiter.take(tenant, ANN, 1, now)).isEqualTo(new Decision(true, 2, 2, Duration.ZERO));
      }
      assertThat(limiter.unanswered()).isEqualTo(50);
      assertThat(redis.calls).isEqualTo(4);
      assertThat(limiter.check().isHealthy()).isFalse();
    }

    @Test
    void closedRefusesUntilItIsBack() {
      var limiter = limiter(Failure.CLOSED);
      redis.away = true;
      assertThatThrownBy(() -> limiter.take(tenant, ANN, 1, now)).isInstanceOf(StoreUnavailable.class);
      redis.away = false;
      assertThat(limiter.take(tenant, ANN, 2, now).admitted()).isTrue();
      assertThat(limiter.take(tenant, ANN, 1, now).admitted()).isFalse();
    }
  }

  @Nested
  class Deduplicating {
    private final FallbackDeduplicator deduplicator = new FallbackDeduplicator(redis, breaker, clock);
    private final Owner owner = Samples.owner();

    @Test
    void whileTheEngineIsAwayEveryClaimIsFreshAndNothingThrows() {
      var id = Samples.id();
      redis.away = true;
      for (int i = 0; i < 10; i++) {
        assertThat(deduplicator.claim(tenant, id, owner, now)).isEqualTo(FRESH);
        assertThat(deduplicator.confirm(tenant, id, owner, now)).isFalse();
        assertThat(deduplicator.release(tenant, id, owner)).isFalse();
      }
      assertThat(deduplicator.unanswered()).isEqualTo(30);
      assertThat(redis.calls).isEqualTo(4);
    }

    @Test
    void otherwiseTheEngineDecides() {
      var id = Samples.id();
      assertThat(deduplicator.claim(tenant, id, owner, now)).isEqualTo(FRESH);
      assertThat(deduplicator.claim(tenant, id, Samples.owner(), now)).isEqualTo(IN_FLIGHT);
      assertThat(deduplicator.confirm(tenant, id, owner, now)).isTrue();
      assertThat(deduplicator.claim(tenant, id, owner, now)).isEqualTo(DONE);
      assertThat(deduplicator.unanswered()).isZero();
    }
  }
}
