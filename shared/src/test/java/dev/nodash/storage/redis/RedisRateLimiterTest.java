package dev.nodash.storage.redis;

import static dev.nodash.storage.kit.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.model.Tenant;
import dev.nodash.storage.RateLimiter;
import dev.nodash.storage.RateLimiter.Decision;
import dev.nodash.storage.RateLimiter.Limits;
import dev.nodash.storage.RateLimiter.Subject;
import dev.nodash.storage.kit.Concurrently;
import dev.nodash.storage.kit.RateLimiterContract;
import dev.nodash.storage.kit.Samples;
import dev.nodash.storage.memory.MemoryRateLimiter;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RedisRateLimiterTest extends RateLimiterContract {
  private static final Subject ANN = new Subject("192.0.2.1", "ann");
  private static final Limits FIVE = new Limits(5, Duration.ofMinutes(1), 0);
  private static Probe redis;
  private static RedisConnection first;
  private static RedisConnection second;

  private final Tenant tenant = Samples.tenant();

  @BeforeAll
  static void open() {
    redis = Probe.of(RedisEngine.shared());
    first = redis.connection();
    second = redis.connection();
  }

  @AfterAll
  static void close() {
    first.close();
    second.close();
    redis.close();
  }

  @Override
  protected RateLimiter limiter(Limits limits) {
    return new RedisRateLimiter(first, limits, TimeSource.CALLER);
  }

  @Override
  protected RateLimiter second(Limits limits) {
    return new RedisRateLimiter(second, limits, TimeSource.CALLER);
  }

  /** Each request is a round trip, so fewer than in the heap. */
  @Override
  protected int histories() {
    return 60;
  }

  @Test
  void it_decides_as_the_one_in_the_heap() {
    for (int seed = 0; seed < 30; seed++) {
      var random = new Random(seed);
      var limits = new Limits(3 + random.nextInt(9), Duration.ofSeconds(6L * (1 + random.nextInt(20))),
          random.nextBoolean() ? 0 : 3 + random.nextInt(15));
      var heap = new MemoryRateLimiter(limits, 1000);
      var limiter = limiter(limits);
      var other = Samples.tenant();
      var now = NOW;
      for (int i = 0; i < 80; i++) {
        now = now.plusMillis(random.nextLong(limits.window().toMillis() / (random.nextInt(10) == 0 ? 1 : 20)));
        var subject = new Subject("a" + random.nextInt(2), "u");
        var cost = 1 + random.nextInt(3);
        assertThat(limiter.take(other, subject, cost, now)).as("seed %d, take %d", seed, i)
            .isEqualTo(heap.take(other, subject, cost, now));
      }
    }
  }

  @Nested
  class Keeping {

    @Test
    void every_key_is_the_tenants_and_expires_with_its_newest_sub_bucket() {
      var limiter = limiter(new Limits(5, Duration.ofMinutes(1), 9));
      limiter.take(tenant, ANN, 1, NOW);
      assertThat(redis.keys()).filteredOn(key -> key.contains(tenant.toString())).hasSize(2)
          .allMatch(key -> key.startsWith("nodash:rate:{" + tenant + "}:1000000:"))
          .allMatch(key -> redis.expiry(key).compareTo(Duration.ofSeconds(61)) <= 0)
          .allMatch(key -> redis.expiry(key).compareTo(Duration.ofSeconds(55)) > 0);
    }

    @Test
    void a_subject_takes_few_bytes_however_often_it_is_seen() {
      var limiter = limiter(new Limits(1000, Duration.ofMinutes(1), 0));
      limiter.take(tenant, ANN, 1, NOW);
      var key = redis.keys().stream().filter(name -> name.contains(tenant.toString())).findFirst().orElseThrow();
      assertThat(redis.bytes(key)).isLessThan(250);
      for (int second = 1; second < 200; second++) {
        limiter.take(tenant, ANN, 3, NOW.plusSeconds(second));
      }
      assertThat(redis.bytes(key)).isLessThan(400);
    }

    @Test
    void what_is_refused_leaves_nothing() {
      limiter(FIVE).take(tenant, ANN, 6, NOW);
      assertThat(redis.keys()).noneMatch(key -> key.contains(tenant.toString()));
    }

    @Test
    void a_limiter_with_another_window_counts_for_itself() {
      assertThat(limiter(FIVE).take(tenant, ANN, 5, NOW).admitted()).isTrue();
      assertThat(limiter(new Limits(5, Duration.ofMinutes(2), 0)).take(tenant, ANN, 5, NOW).admitted()).isTrue();
    }

    @Test
    void a_server_that_forgot_the_script_is_told_again() {
      var limiter = limiter(FIVE);
      limiter.take(tenant, ANN, 1, NOW);
      redis.commands().scriptFlush();
      var decisions = Concurrently.run(50, _ -> limiter.take(tenant, ANN, 1, NOW));
      assertThat(decisions.stream().filter(Decision::admitted)).hasSize(4);
    }
  }

  @Nested
  class ByTheServersTime {

    @Test
    void what_the_caller_takes_for_the_time_does_not_matter() {
      var limiter = new RedisRateLimiter(first, FIVE, TimeSource.SERVER);
      assertThat(limiter.take(tenant, ANN, 5, NOW).admitted()).isTrue();
      assertThat(limiter.take(tenant, ANN, 1, NOW.plusSeconds(1_000_000_000)))
          .matches(d -> !d.admitted() && d.reset().compareTo(Duration.ofSeconds(61)) <= 0);
      assertThat(limiter.take(tenant, ANN, 1, NOW.minusSeconds(1_000_000_000)).admitted()).isFalse();
    }

    @Test
    void a_window_passes_with_the_servers_time() {
      var limiter = new RedisRateLimiter(first, new Limits(1, Duration.ofSeconds(1), 0), TimeSource.SERVER);
      var from = System.nanoTime();
      assertThat(limiter.take(tenant, ANN, 1, NOW).admitted()).isTrue();
      Probe.eventually(Duration.ofSeconds(5), () -> limiter.take(tenant, ANN, 1, NOW).admitted());
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(Duration.ofSeconds(1));
    }
  }
}
