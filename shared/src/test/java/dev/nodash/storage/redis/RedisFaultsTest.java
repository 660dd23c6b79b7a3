package dev.nodash.storage.redis;

import static dev.nodash.storage.Deduplicator.Claim.FRESH;
import static dev.nodash.storage.kit.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Tenant;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.RateLimiter.Limits;
import dev.nodash.storage.RateLimiter.Subject;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.kit.Samples;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of calls while a Redis is away, stuck or unwilling, and after it is back. */
class RedisFaultsTest {
  private static final Subject ANN = new Subject("192.0.2.1", "ann");
  private static final Limits MANY = new Limits(1_000_000, Duration.ofMinutes(1), 0);
  private static final Duration DEADLINE = Duration.ofMillis(500);
  private static final Duration RECOVERY = Duration.ofSeconds(5);

  private final RedisEngine engine = RedisEngine.start();
  private final RedisUrl url = new RedisUrl(engine.url());
  private final Tenant tenant = Samples.tenant();

  @AfterEach
  void close() {
    engine.close();
  }

  private RedisRateLimiter limiter(Duration deadline) {
    return new RedisRateLimiter(url, MANY, deadline);
  }

  /** One whose first call does not fail because the driver is not loaded yet. */
  private RedisRateLimiter ready() {
    var limiter = limiter(DEADLINE);
    Probe.eventually(RECOVERY, () -> works(limiter));
    return limiter;
  }

  private void take(RedisRateLimiter limiter) {
    assertThat(limiter.take(tenant, ANN, 1, NOW).admitted()).isTrue();
  }

  private boolean works(RedisRateLimiter limiter) {
    try {
      take(limiter);
      return true;
    } catch (StoreException e) {
      return false;
    }
  }

  @Test
  void a_process_starts_while_it_is_away_and_uses_it_when_it_comes() {
    engine.kill();
    try (var limiter = limiter(DEADLINE)) {
      assertThatThrownBy(() -> take(limiter)).isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("127.0.0.1:" + engine.port()).hasMessageContaining("cannot be reached");
      assertThat(limiter.check().fault().orElseThrow()).contains("cannot be reached");
      engine.restart();
      Probe.eventually(RECOVERY, () -> works(limiter));
      assertThat(limiter.check().fault()).isEmpty();
    }
  }

  @Test
  void one_that_was_killed_is_used_again_when_it_is_back() {
    try (var limiter = ready()) {
      engine.kill();
      assertThatThrownBy(() -> take(limiter)).isInstanceOf(StoreException.class);
      Probe.eventually(RECOVERY, () -> !limiter.check().isHealthy());
      engine.restart();
      Probe.eventually(RECOVERY, () -> works(limiter));
    }
  }

  @Test
  void while_it_is_away_calls_fail_at_once() {
    try (var limiter = ready()) {
      engine.kill();
      var from = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        assertThat(works(limiter)).isFalse();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void while_it_is_stuck_calls_fail_within_their_deadline_and_nobody_knows_what_became_of_the_first() {
    try (var limiter = ready()) {
      engine.freeze();
      var from = System.nanoTime();
      assertThatThrownBy(() -> take(limiter)).isInstanceOf(OutcomeUnknown.class).hasMessageContaining("no answer");
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isBetween(DEADLINE, DEADLINE.multipliedBy(10));
      assertThatThrownBy(() -> take(limiter)).isInstanceOf(StoreUnavailable.class);
      assertThat(limiter.check().isHealthy()).isFalse();
      engine.thaw();
      Probe.eventually(RECOVERY, () -> works(limiter));
    }
  }

  @Test
  void a_call_that_was_sent_when_it_died_may_have_been_done() {
    try (var limiter = limiter(Duration.ofSeconds(20)); var probe = Probe.of(engine)) {
      assertThat(limiter.check().fault()).isEmpty();
      probe.pauseScripts();
      var call = CompletableFuture.supplyAsync(() -> limiter.take(tenant, ANN, 1, NOW));
      Probe.eventually(RECOVERY, () -> probe.commands().clientList().contains("cmd=evalsha"));
      engine.kill();
      assertThat(call).failsWithin(Duration.ofSeconds(10)).withThrowableThat()
          .withCauseInstanceOf(OutcomeUnknown.class);
    }
  }

  @Test
  void a_claim_that_it_forgot_is_not_confirmed() {
    try (var deduplicator = new RedisDeduplicator(url, Duration.ofHours(1), Duration.ofMinutes(1), RECOVERY);
        var probe = Probe.of(engine)) {
      var id = Samples.id();
      var owner = Samples.owner();
      assertThat(deduplicator.claim(tenant, id, owner, NOW)).isEqualTo(FRESH);
      probe.commands().flushall();
      assertThat(deduplicator.confirm(tenant, id, owner, NOW)).isFalse();
      assertThat(deduplicator.claim(tenant, id, owner, NOW)).isEqualTo(FRESH);
    }
  }

  @Test
  void one_without_memory_refuses_and_wrote_nothing() {
    try (var limiter = ready(); var probe = Probe.of(engine)) {
      probe.commands().configSet("maxmemory", "1");
      assertThatThrownBy(() -> take(limiter)).isInstanceOf(StoreUnavailable.class).hasMessageContaining("OOM");
      assertThat(limiter.check().fault()).isEmpty();
      probe.commands().configSet("maxmemory", "0");
      take(limiter);
    }
  }

  @Test
  void a_replica_is_left_for_the_server_that_its_name_leads_to_now() {
    try (var limiter = ready(); var probe = Probe.of(engine)) {
      probe.commands().replicaof("127.0.0.1", 1);
      var connections = probe.connections();
      assertThatThrownBy(() -> take(limiter)).isInstanceOf(StoreUnavailable.class).hasMessageContaining("READONLY");
      probe.commands().replicaofNoOne();
      Probe.eventually(RECOVERY, () -> works(limiter));
      assertThat(probe.connections()).isGreaterThan(connections);
    }
  }

  @Test
  void after_it_is_closed_calls_fail_and_a_second_close_does_nothing() {
    var limiter = ready();
    limiter.close();
    limiter.close();
    assertThatThrownBy(() -> take(limiter)).isInstanceOf(StoreUnavailable.class).hasMessageContaining("closed");
    assertThat(limiter.check().isHealthy()).isFalse();
  }

  @Test
  void a_server_that_may_evict_is_told_from_one_that_may_not() {
    assertThat(Connector.evicts("# Memory\r\nmaxmemory:100\r\nmaxmemory_policy:allkeys-lru\r\n")).isTrue();
    assertThat(Connector.evicts("# Memory\r\nmaxmemory:100\r\nmaxmemory_policy:noeviction\r\n")).isFalse();
    assertThat(Connector.evicts("# Memory\r\nmaxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n")).isFalse();
    assertThat(Connector.evicts("# Memory\r\n")).isFalse();
  }
}
