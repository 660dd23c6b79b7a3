package dev.nodash.storage.redis;

import static dev.nodash.storage.Deduplicator.Claim.DONE;
import static dev.nodash.storage.Deduplicator.Claim.FRESH;
import static dev.nodash.storage.Deduplicator.Claim.IN_FLIGHT;
import static dev.nodash.storage.kit.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.Owner;
import dev.nodash.storage.kit.DeduplicatorContract;
import dev.nodash.storage.kit.Samples;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RedisDeduplicatorTest extends DeduplicatorContract {
  private static Probe redis;
  private static RedisConnection first;
  private static RedisConnection second;

  private final Tenant tenant = Samples.tenant();
  private final EventId id = Samples.id();
  private final Owner owner = Samples.owner();
  private final String key = "nodash:event:" + tenant + ":" + id;

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
  protected Deduplicator deduplicator() {
    return new RedisDeduplicator(first, TTL, LEASE, TimeSource.CALLER);
  }

  @Override
  protected Deduplicator second() {
    return new RedisDeduplicator(second, TTL, LEASE, TimeSource.CALLER);
  }

  @Test
  void nonsense_is_refused_by_name() {
    var url = redis.url();
    assertThatThrownBy(() -> new RedisDeduplicator(url, Duration.ZERO, LEASE, LEASE)).hasMessageContaining("ttl");
    assertThatThrownBy(() -> new RedisDeduplicator(url, TTL, Duration.ZERO, LEASE)).hasMessageContaining("lease");
    assertThatThrownBy(() -> new RedisDeduplicator(url, TTL, LEASE, Duration.ZERO)).hasMessageContaining("deadline");
  }

  @Nested
  class Keeping {

    @Test
    void a_claim_expires_with_its_lease_and_a_done_event_with_the_ttl() {
      deduplicator().claim(tenant, id, owner, NOW);
      assertThat(redis.commands().get(key)).startsWith(owner.token() + " ");
      assertThat(redis.expiry(key)).isBetween(LEASE.minusSeconds(5), LEASE);
      deduplicator().confirm(tenant, id, owner, NOW);
      assertThat(redis.commands().get(key)).startsWith("done ");
      assertThat(redis.expiry(key)).isBetween(TTL.minusSeconds(5), TTL);
    }

    @Test
    void what_is_released_leaves_nothing() {
      deduplicator().claim(tenant, id, owner, NOW);
      deduplicator().release(tenant, id, owner);
      assertThat(redis.keys()).noneMatch(name -> name.contains(tenant.toString()));
    }

    @Test
    void an_id_takes_few_bytes() {
      deduplicator().claim(tenant, id, owner, NOW);
      assertThat(redis.bytes(key)).isLessThan(250);
      deduplicator().confirm(tenant, id, owner, NOW);
      assertThat(redis.bytes(key)).isLessThan(250);
    }

    @Test
    void a_server_that_forgot_the_scripts_is_told_again() {
      redis.commands().scriptFlush();
      assertThat(deduplicator().claim(tenant, id, owner, NOW)).isEqualTo(FRESH);
      redis.commands().scriptFlush();
      assertThat(deduplicator().confirm(tenant, id, owner, NOW)).isTrue();
      redis.commands().scriptFlush();
      assertThat(deduplicator().release(tenant, id, owner)).isFalse();
    }

    @Test
    void a_claim_that_the_server_forgot_is_not_confirmed() {
      deduplicator().claim(tenant, id, owner, NOW);
      redis.commands().del(key);
      assertThat(deduplicator().confirm(tenant, id, owner, NOW)).isFalse();
      assertThat(deduplicator().release(tenant, id, owner)).isFalse();
      assertThat(deduplicator().claim(tenant, id, Samples.owner(), NOW)).isEqualTo(FRESH);
    }
  }

  @Nested
  class ByTheServersTime {
    private final Deduplicator timed = new RedisDeduplicator(first, TTL, LEASE, TimeSource.SERVER);

    @Test
    void what_the_caller_takes_for_the_time_does_not_matter() {
      assertThat(timed.claim(tenant, id, owner, NOW)).isEqualTo(FRESH);
      assertThat(timed.claim(tenant, id, Samples.owner(), NOW.plusSeconds(1_000_000_000))).isEqualTo(IN_FLIGHT);
      assertThat(timed.confirm(tenant, id, owner, NOW.plusSeconds(1_000_000_000))).isTrue();
      assertThat(timed.claim(tenant, id, Samples.owner(), NOW.plusSeconds(2_000_000_000))).isEqualTo(DONE);
    }

    @Test
    void a_lease_and_a_ttl_end_with_the_servers_time() {
      var brief = new RedisDeduplicator(first, Duration.ofSeconds(1), Duration.ofMillis(300), TimeSource.SERVER);
      var other = Samples.owner();
      assertThat(brief.claim(tenant, id, owner, NOW)).isEqualTo(FRESH);
      Probe.eventually(Duration.ofSeconds(5), () -> brief.claim(tenant, id, other, NOW) == FRESH);
      assertThat(brief.confirm(tenant, id, owner, NOW)).isFalse();
      assertThat(brief.confirm(tenant, id, other, NOW)).isTrue();
      assertThat(brief.claim(tenant, id, owner, NOW)).isEqualTo(DONE);
      Probe.eventually(Duration.ofSeconds(5), () -> brief.claim(tenant, id, owner, NOW) == FRESH);
    }
  }
}
