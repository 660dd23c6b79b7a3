package dev.nodash.storage.kit;

import static dev.nodash.storage.kit.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Tenant;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.RateLimiter;
import dev.nodash.storage.RateLimiter.Decision;
import dev.nodash.storage.RateLimiter.Limits;
import dev.nodash.storage.RateLimiter.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link RateLimiter} does. */
public abstract class RateLimiterContract {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final Duration BUCKET = WINDOW.dividedBy(RateLimiter.SUB_BUCKETS);
  private static final Subject ANN = new Subject("192.0.2.1", "ann");
  private final Tenant tenant = Samples.tenant();

  /** A limiter with these limits that has room for all subjects of a test; it lives at least as long as one test. */
  protected abstract RateLimiter limiter(Limits limits);

  /** The limiter as another process has it. */
  protected abstract RateLimiter second(Limits limits);

  /** How many random histories are tried. */
  protected int histories() {
    return 300;
  }

  private RateLimiter limiter(int max) {
    return limiter(new Limits(max, WINDOW, 0));
  }

  private static int admitted(RateLimiter limiter, Tenant tenant, Subject subject, int requests, Instant now) {
    var count = 0;
    for (int i = 0; i < requests; i++) {
      count += limiter.take(tenant, subject, 1, now).admitted() ? 1 : 0;
    }
    return count;
  }

  @Nested
  class Admitting {

    @Test
    void an_idle_subject_is_admitted_exactly_the_limit() {
      var limiter = limiter(5);
      assertThat(admitted(limiter, tenant, ANN, 20, NOW)).isEqualTo(5);
      assertThat(limiter.take(tenant, ANN, 1, NOW.plus(WINDOW)).admitted()).isFalse();
    }

    @Test
    void it_is_admitted_the_limit_again_after_the_window_and_one_sub_bucket() {
      var limiter = limiter(5);
      admitted(limiter, tenant, ANN, 20, NOW);
      assertThat(admitted(limiter, tenant, ANN, 20, NOW.plus(WINDOW).plus(BUCKET))).isEqualTo(5);
    }

    @Test
    void what_is_refused_costs_nothing() {
      var limiter = limiter(5);
      for (int second = 0; second <= 60; second++) {
        admitted(limiter, tenant, ANN, 20, NOW.plusSeconds(second));
      }
      assertThat(admitted(limiter, tenant, ANN, 20, NOW.plus(WINDOW).plus(BUCKET))).isEqualTo(5);
    }

    @Test
    void addresses_users_and_tenants_have_budgets_of_their_own() {
      var limiter = limiter(2);
      assertThat(admitted(limiter, tenant, ANN, 9, NOW)).isEqualTo(2);
      assertThat(admitted(limiter, tenant, new Subject("192.0.2.2", "ann"), 9, NOW)).isEqualTo(2);
      assertThat(admitted(limiter, tenant, new Subject("192.0.2.1", "Ann"), 9, NOW)).isEqualTo(2);
      assertThat(admitted(limiter, tenant, new Subject("192.0.2.1", ""), 9, NOW)).isEqualTo(2);
      assertThat(admitted(limiter, tenant, new Subject("", "192.0.2.1"), 9, NOW)).isEqualTo(2);
      assertThat(admitted(limiter, Samples.tenant(), ANN, 9, NOW)).isEqualTo(2);
    }

    @Test
    void a_cost_is_taken_wholly_or_not_at_all() {
      var limiter = limiter(5);
      assertThat(limiter.take(tenant, ANN, 6, NOW).admitted()).isFalse();
      assertThat(limiter.take(tenant, ANN, 4, NOW).remaining()).isEqualTo(1);
      assertThat(limiter.take(tenant, ANN, 2, NOW)).matches(d -> !d.admitted() && d.remaining() == 1);
      assertThat(limiter.take(tenant, ANN, Integer.MAX_VALUE, NOW).admitted()).isFalse();
      assertThat(limiter.take(tenant, ANN, 1, NOW).admitted()).isTrue();
      assertThatThrownBy(() -> limiter.take(tenant, ANN, 0, NOW)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_many_at_once_exactly_the_limit_is_admitted() {
      var limiter = limiter(50);
      var decisions = Concurrently.run(200, _ -> limiter.take(tenant, ANN, 1, NOW));
      assertThat(decisions.stream().filter(Decision::admitted)).hasSize(50).extracting(Decision::remaining)
          .doesNotHaveDuplicates();
    }

    @Test
    void a_clock_that_goes_back_admits_no_more() {
      var limiter = limiter(5);
      admitted(limiter, tenant, ANN, 20, NOW);
      assertThat(admitted(limiter, tenant, ANN, 20, NOW.minusSeconds(30))).isZero();
      assertThat(admitted(limiter, tenant, ANN, 20, NOW.minusSeconds(3000))).isZero();
      assertThat(admitted(limiter, tenant, ANN, 20, NOW.plus(WINDOW).plus(BUCKET))).isEqualTo(5);
    }
  }

  @Nested
  class Telling {

    @Test
    void what_is_left_and_when_one_more_is_free() {
      var limiter = limiter(3);
      assertThat(limiter.take(tenant, ANN, 1, NOW)).matches(d -> d.limit() == 3 && d.remaining() == 2);
      limiter.take(tenant, ANN, 1, NOW.plusSeconds(10));
      assertThat(limiter.take(tenant, ANN, 1, NOW.plusSeconds(20)).remaining()).isZero();
      var refused = limiter.take(tenant, ANN, 1, NOW.plusSeconds(30));
      assertThat(refused).matches(d -> !d.admitted() && d.limit() == 3 && d.remaining() == 0);
      assertThat(refused.reset()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
      var free = NOW.plusSeconds(30).plus(refused.reset());
      assertThat(admitted(limiter, tenant, ANN, 9, free.minusMillis(1))).isZero();
      assertThat(admitted(limiter, tenant, ANN, 9, free)).isEqualTo(1);
    }

    @Test
    void it_is_healthy() {
      assertThat(limiter(1).check().fault()).isEmpty();
    }
  }

  @Nested
  class BoundingTenants {
    private final Subject bob = new Subject("192.0.2.9", "bob");

    @Test
    void a_tenant_as_a_whole_is_bounded_and_neither_budget_pays_for_the_other_refusal() {
      var limiter = limiter(new Limits(4, WINDOW, 6));
      assertThat(admitted(limiter, tenant, ANN, 9, NOW)).isEqualTo(4);
      assertThat(limiter.take(tenant, bob, 1, NOW)).matches(d -> d.limit() == 6 && d.remaining() == 1);
      assertThat(limiter.take(tenant, bob, 2, NOW)).matches(d -> !d.admitted() && d.limit() == 6 && d.remaining() == 1);
      assertThat(limiter.take(tenant, bob, 1, NOW)).matches(d -> d.admitted() && d.remaining() == 0);
      assertThat(admitted(limiter, tenant, bob, 9, NOW)).isZero();
      assertThat(admitted(limiter, Samples.tenant(), bob, 9, NOW)).isEqualTo(4);
      assertThat(admitted(limiter, tenant, bob, 9, NOW.plus(WINDOW).plus(BUCKET))).isEqualTo(4);
    }

    @Test
    void of_many_subjects_at_once_exactly_the_tenants_limit_is_admitted() {
      var limiter = limiter(new Limits(10, WINDOW, 60));
      var decisions = Concurrently.run(200, i -> limiter.take(tenant, new Subject("a" + i % 20, "u"), 1, NOW));
      assertThat(decisions.stream().filter(Decision::admitted)).hasSize(60);
    }
  }

  /** A count may be lost with the engine, so that it survives is not asked and not to be declared. */
  @Test
  void nothing_is_promised_that_is_not_checked_here() {
    assertThat(limiter(1).guarantees()).isSubsetOf(Guarantee.SHARED);
  }

  @Test
  void two_processes_share_each_budget_exactly_where_that_is_promised() {
    var limits = new Limits(50, WINDOW, 0);
    var limiter = limiter(limits);
    if (!limiter.guarantees().contains(Guarantee.SHARED)) {
      admitted(limiter, tenant, ANN, 50, NOW);
      assertThat(Second.isApart(() -> second(limits), second -> !second.take(tenant, ANN, 1, NOW).admitted())).isTrue();
      return;
    }
    var both = List.of(limiter, second(limits));
    assertThat(both.get(1)).isNotSameAs(both.get(0));
    var decisions = Concurrently.run(200, i -> both.get(i % 2).take(tenant, ANN, 1, NOW));
    assertThat(decisions.stream().filter(Decision::admitted)).hasSize(50);
  }

  @Test
  void no_window_of_any_random_history_admits_more_than_the_limit() {
    for (int seed = 0; seed < histories(); seed++) {
      var random = new Random(seed);
      var window = Duration.ofSeconds(1 + random.nextInt(120));
      var max = 1 + random.nextInt(20);
      var limiter = limiter(new Limits(max, window, 0));
      var subject = new Subject("a" + seed, "u");
      var mean = window.toMillis() * 2 / max;
      var taken = new ArrayList<Instant>();
      var now = NOW.plusMillis(random.nextInt(100_000));
      for (int i = 0; i < 100; i++) {
        now = now
            .plusMillis(random.nextInt(5) == 0 ? random.nextLong(window.toMillis()) : random.nextLong(1 + mean / 2));
        var cost = 1 + random.nextInt(Math.min(3, max));
        if (limiter.take(tenant, subject, cost, now).admitted()) {
          for (int j = 0; j < cost; j++) {
            taken.add(now);
          }
        }
        var from = now.minus(window);
        assertThat(taken.stream().filter(t -> !t.isBefore(from))).as("seed %d", seed).hasSizeLessThanOrEqualTo(max);
      }
    }
  }
}
