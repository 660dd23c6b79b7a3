package dev.nodash.storage.memory;

import static dev.nodash.storage.kit.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Tenant;
import dev.nodash.storage.RateLimiter;
import dev.nodash.storage.kit.RateLimiterContract;
import dev.nodash.storage.kit.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemoryRateLimiterTest extends RateLimiterContract {

  @Override
  protected RateLimiter limiter(RateLimiter.Limits limits) {
    return new MemoryRateLimiter(limits, 1000);
  }

  @Override
  protected RateLimiter second(RateLimiter.Limits limits) {
    return limiter(limits);
  }

  @Test
  void nonsense_is_refused_by_name() {
    var limits = new RateLimiter.Limits(1, Duration.ofSeconds(1), 0);
    assertThatThrownBy(() -> new MemoryRateLimiter(limits, 0)).hasMessageContaining("maxSubjects");
  }

  @Nested
  class Full {
    private final Tenant tenant = Samples.tenant();
    private final MemoryRateLimiter small = new MemoryRateLimiter(new RateLimiter.Limits(3, Duration.ofMinutes(1), 0),
        4);

    private int admitted(String address, String user, int seconds) {
      var count = 0;
      for (int i = 0; i < 9; i++) {
        var subject = new RateLimiter.Subject(address, user);
        count += small.take(tenant, subject, 1, NOW.plusSeconds(seconds)).admitted() ? 1 : 0;
      }
      return count;
    }

    private void fill() {
      for (int i = 0; i < 4; i++) {
        assertThat(admitted("a", "live" + i, 0)).isEqualTo(3);
      }
    }

    @Test
    void new_subjects_share_their_address_then_their_tenant_and_live_ones_keep_their_own() {
      fill();
      assertThat(admitted("a", "new1", 0)).isEqualTo(3);
      assertThat(admitted("a", "new2", 0)).isZero();
      assertThat(admitted("b", "new1", 0)).isEqualTo(3);
      assertThat(admitted("c", "new1", 0)).isZero();
      assertThat(admitted("a", "live0", 0)).isZero();
      assertThat(small.size()).isEqualTo(5);
      assertThat(small.take(Samples.tenant(), new RateLimiter.Subject("a", "x"), 1, NOW).admitted()).isTrue();
    }

    @Test
    void the_dead_make_room() {
      fill();
      assertThat(admitted("a", "new1", 61)).isEqualTo(3);
      assertThat(admitted("a", "new2", 61)).isEqualTo(3);
      assertThat(small.size()).isEqualTo(2);
    }

    @Test
    void the_dead_make_room_after_the_clock_was_set_back_too() {
      fill();
      assertThat(admitted("a", "new1", 61)).isEqualTo(3);
      for (int i = 0; i < 4; i++) {
        admitted("a", "early" + i, -7200);
      }
      assertThat(admitted("a", "new2", -7200)).isZero();
      assertThat(admitted("a", "new2", -7100)).isEqualTo(3);
      assertThat(admitted("a", "new3", -7100)).isEqualTo(3);
    }

    @Test
    void a_subject_that_gets_a_budget_of_its_own_has_used_what_the_shared_one_has() {
      fill();
      assertThat(admitted("a", "new1", 30)).isEqualTo(3);
      assertThat(admitted("a", "new1", 61)).isZero();
      assertThat(admitted("a", "new1", 91)).isEqualTo(3);
    }

    @Test
    void a_flood_of_subjects_stays_in_its_bounds() {
      for (int i = 0; i < 10_000; i++) {
        admitted("a" + i, "u", i / 100);
      }
      assertThat(small.size()).isLessThanOrEqualTo(5);
    }

    @Test
    void no_subject_of_any_random_history_is_admitted_more_than_its_limit() {
      for (int seed = 0; seed < 100; seed++) {
        history(new Random(seed));
      }
    }

    private void history(Random random) {
      var limiter = new MemoryRateLimiter(new RateLimiter.Limits(3, Duration.ofMinutes(1), 0), 4);
      var taken = new HashMap<RateLimiter.Subject, ArrayDeque<Instant>>();
      var now = NOW;
      for (int i = 0; i < 600; i++) {
        now = now.plusMillis(random.nextInt(10) == 0 ? random.nextInt(60_000) : random.nextInt(2_000));
        var subject = new RateLimiter.Subject("a" + random.nextInt(4), "u" + random.nextInt(4));
        if (limiter.take(tenant, subject, 1, now).admitted()) {
          var times = taken.computeIfAbsent(subject, _ -> new ArrayDeque<>());
          times.add(now);
          var from = now.minusSeconds(60);
          times.removeIf(time -> time.isBefore(from));
          assertThat(times).hasSizeLessThanOrEqualTo(3);
        }
      }
    }
  }
}
