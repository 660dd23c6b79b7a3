package dev.nodash.storage.kit;

import static dev.nodash.storage.Deduplicator.Claim.DONE;
import static dev.nodash.storage.Deduplicator.Claim.FRESH;
import static dev.nodash.storage.Deduplicator.Claim.IN_FLIGHT;
import static dev.nodash.storage.kit.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.Deduplicator.Claim;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link Deduplicator} does. */
public abstract class DeduplicatorContract {
  /** For how long the deduplicator under test remembers what is done. */
  protected static final Duration TTL = Duration.ofHours(1);
  /** How many ids it keeps at most, where it is bounded. */
  protected static final int MAX = 10_000;
  /** How long it holds a claim. */
  protected static final Duration LEASE = Duration.ofSeconds(30);

  private final Tenant tenant = Samples.tenant();
  private final EventId id = Samples.id();
  private final Owner owner = Samples.owner();
  private final Owner other = Samples.owner();

  /** The deduplicator under test, made with the constants above; it lives at least as long as one test. */
  protected abstract Deduplicator deduplicator();

  /** The deduplicator as another process has it. */
  protected abstract Deduplicator second();

  private Claim claim(Owner by, Instant now) {
    return deduplicator().claim(tenant, id, by, now);
  }

  private boolean confirm(Owner by, Instant now) {
    return deduplicator().confirm(tenant, id, by, now);
  }

  private boolean release(Owner by) {
    return deduplicator().release(tenant, id, by);
  }

  @Nested
  class Claiming {

    @Test
    void the_first_is_fresh_and_the_next_finds_it_in_flight() {
      assertThat(claim(owner, NOW)).isEqualTo(FRESH);
      assertThat(claim(other, NOW)).isEqualTo(IN_FLIGHT);
      assertThat(claim(other, NOW.plus(LEASE).minusMillis(1))).isEqualTo(IN_FLIGHT);
    }

    @Test
    void of_many_at_once_exactly_one_is_fresh() {
      var claims = Concurrently.run(100, _ -> claim(Samples.owner(), NOW));
      assertThat(Collections.frequency(claims, FRESH)).isEqualTo(1);
      assertThat(Collections.frequency(claims, IN_FLIGHT)).isEqualTo(99);
    }

    @Test
    void of_many_at_once_after_a_lease_exactly_one_is_fresh() {
      claim(owner, NOW);
      var claims = Concurrently.run(100, _ -> claim(Samples.owner(), NOW.plus(LEASE)));
      assertThat(Collections.frequency(claims, FRESH)).isEqualTo(1);
    }

    @Test
    void the_same_id_of_two_tenants_is_two() {
      assertThat(claim(owner, NOW)).isEqualTo(FRESH);
      assertThat(deduplicator().claim(Samples.tenant(), id, other, NOW)).isEqualTo(FRESH);
      assertThat(confirm(owner, NOW)).isTrue();
      assertThat(deduplicator().claim(Samples.tenant(), id, other, NOW)).isEqualTo(FRESH);
    }

    @Test
    void two_ids_of_a_tenant_are_two() {
      assertThat(claim(owner, NOW)).isEqualTo(FRESH);
      assertThat(deduplicator().claim(tenant, Samples.id(), owner, NOW)).isEqualTo(FRESH);
    }
  }

  @Nested
  class Ending {

    @Test
    void what_is_confirmed_is_done() {
      claim(owner, NOW);
      assertThat(confirm(owner, NOW)).isTrue();
      assertThat(claim(other, NOW)).isEqualTo(DONE);
      assertThat(claim(owner, NOW.plus(LEASE))).isEqualTo(DONE);
    }

    @Test
    void what_is_done_stays_done_for_the_ttl_and_is_fresh_a_second_later() {
      claim(owner, NOW);
      confirm(owner, NOW);
      assertThat(claim(other, NOW.plus(TTL).minusMillis(1))).isEqualTo(DONE);
      assertThat(claim(other, NOW.plus(TTL).plusSeconds(1))).isEqualTo(FRESH);
    }

    @Test
    void what_is_done_can_be_neither_confirmed_nor_released_again() {
      claim(owner, NOW);
      confirm(owner, NOW);
      assertThat(confirm(owner, NOW)).isFalse();
      assertThat(release(owner)).isFalse();
      assertThat(claim(other, NOW)).isEqualTo(DONE);
    }

    @Test
    void what_is_released_can_be_claimed_at_once() {
      claim(owner, NOW);
      assertThat(release(owner)).isTrue();
      assertThat(release(owner)).isFalse();
      assertThat(claim(other, NOW)).isEqualTo(FRESH);
      assertThat(confirm(other, NOW)).isTrue();
    }

    @Test
    void only_the_owner_confirms_and_releases() {
      assertThat(confirm(other, NOW)).isFalse();
      assertThat(release(other)).isFalse();
      claim(owner, NOW);
      assertThat(confirm(other, NOW)).isFalse();
      assertThat(release(other)).isFalse();
      assertThat(deduplicator().confirm(Samples.tenant(), id, owner, NOW)).isFalse();
      assertThat(claim(other, NOW)).isEqualTo(IN_FLIGHT);
      assertThat(confirm(owner, NOW)).isTrue();
    }

    @Test
    void a_late_owner_can_neither_confirm_nor_release() {
      var later = NOW.plus(LEASE);
      claim(owner, NOW);
      assertThat(confirm(owner, later)).isFalse();
      assertThat(claim(other, later)).isEqualTo(FRESH);
      assertThat(confirm(owner, later)).isFalse();
      assertThat(release(owner)).isFalse();
      assertThat(claim(owner, later)).isEqualTo(IN_FLIGHT);
      assertThat(confirm(other, later)).isTrue();
      assertThat(release(owner)).isFalse();
      assertThat(claim(owner, later)).isEqualTo(DONE);
    }
  }

  @Nested
  class Promising {

    /** A claim may be lost with the engine, so that it survives is not asked and not to be declared. */
    @Test
    void nothing_is_promised_that_is_not_checked_here() {
      assertThat(deduplicator().guarantees()).isSubsetOf(Guarantee.SHARED);
    }

    @Test
    void two_processes_see_each_others_claims_exactly_where_that_is_promised() {
      if (!deduplicator().guarantees().contains(Guarantee.SHARED)) {
        claim(owner, NOW);
        assertThat(Second.isApart(DeduplicatorContract.this::second,
            second -> second.claim(tenant, id, other, NOW) != FRESH)).isTrue();
        return;
      }
      var both = List.of(deduplicator(), second());
      assertThat(both.get(1)).isNotSameAs(both.get(0));
      var claims = Concurrently.run(100, i -> both.get(i % 2).claim(tenant, id, Samples.owner(), NOW));
      assertThat(Collections.frequency(claims, FRESH)).isEqualTo(1);
      assertThat(Collections.frequency(claims, IN_FLIGHT)).isEqualTo(99);
    }
  }

  @Nested
  class Telling {

    @Test
    void the_window_is_the_ttl_while_there_is_room() {
      claim(owner, NOW);
      confirm(owner, NOW);
      assertThat(deduplicator().window(NOW).duration()).isEqualTo(TTL);
    }

    @Test
    void it_is_healthy() {
      assertThat(deduplicator().check().fault()).isEmpty();
    }
  }
}
