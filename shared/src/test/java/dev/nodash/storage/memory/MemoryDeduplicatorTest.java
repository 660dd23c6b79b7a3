package dev.nodash.storage.memory;

import static dev.nodash.storage.Deduplicator.Claim.DONE;
import static dev.nodash.storage.Deduplicator.Claim.FRESH;
import static dev.nodash.storage.Deduplicator.Claim.IN_FLIGHT;
import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.Owner;
import dev.nodash.storage.RecentIds;
import dev.nodash.storage.kit.DeduplicatorContract;
import dev.nodash.storage.kit.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemoryDeduplicatorTest extends DeduplicatorContract {
  private final MemoryDeduplicator memory = new MemoryDeduplicator(TTL, MAX, LEASE);

  @Override
  protected Deduplicator deduplicator() {
    return memory;
  }

  @Override
  protected Deduplicator second() {
    return new MemoryDeduplicator(TTL, MAX, LEASE);
  }

  @Test
  void beside_a_store_it_knows_what_the_store_knows_and_takes_nothing_from_it() {
    var stored = new RecentIds(TTL, 2);
    var beside = new MemoryDeduplicator(stored, LEASE);
    var tenant = Samples.tenant();
    var owner = Samples.owner();
    var ids = List.of(id(0), id(1), id(2), id(3), id(4));
    stored.add(tenant, ids.get(0), NOW);
    assertThat(beside.claim(tenant, ids.get(0), owner, NOW)).isEqualTo(DONE);
    ids.subList(1, 5).forEach(id -> assertThat(beside.claim(tenant, id, owner, NOW)).isEqualTo(FRESH));
    assertThat(stored.contains(tenant, ids.get(0), NOW)).as("live claims leave the store's ids alone").isTrue();
    stored.add(tenant, ids.get(1), NOW);
    assertThat(beside.confirm(tenant, ids.get(1), owner, NOW)).isTrue();
    assertThat(stored.size()).isEqualTo(2);
    assertThat(beside.window(NOW)).isEqualTo(stored.window(NOW));
  }

  @Nested
  class Bounds {
    private final MemoryDeduplicator small = new MemoryDeduplicator(TTL, 3, LEASE);
    private final Tenant tenant = Samples.tenant();
    private final Owner owner = Samples.owner();

    private void done(EventId id, Instant at) {
      assertThat(small.claim(tenant, id, owner, at)).isEqualTo(FRESH);
      assertThat(small.confirm(tenant, id, owner, at)).isTrue();
    }

    @Test
    void the_oldest_done_goes_first_and_the_window_says_so() {
      for (int i = 0; i < 4; i++) {
        done(id(i), NOW.plusSeconds(i));
      }
      assertThat(small.claim(tenant, id(3), owner, NOW.plusSeconds(4))).isEqualTo(DONE);
      assertThat(small.claim(tenant, id(1), owner, NOW.plusSeconds(4))).isEqualTo(DONE);
      assertThat(small.window(NOW.plusSeconds(4)).duration()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
      assertThat(small.window(NOW.plusSeconds(4)).ids()).isEqualTo(3);
      assertThat(small.claim(tenant, id(0), owner, NOW.plusSeconds(4))).isEqualTo(FRESH);
    }

    @Test
    void a_live_claim_never_goes() {
      done(id(100), NOW);
      for (int i = 0; i < 5; i++) {
        assertThat(small.claim(tenant, id(i), owner, NOW)).isEqualTo(FRESH);
      }
      assertThat(small.claim(tenant, id(0), Samples.owner(), NOW)).isEqualTo(IN_FLIGHT);
      assertThat(small.size()).isEqualTo(5);
      assertThat(small.claim(tenant, id(100), owner, NOW)).isEqualTo(FRESH);
    }

    @Test
    void claims_whose_lease_has_ended_are_forgotten() {
      for (int i = 0; i < 5; i++) {
        small.claim(tenant, id(i), owner, NOW);
      }
      small.claim(tenant, id(9), owner, NOW.plus(LEASE));
      assertThat(small.size()).isEqualTo(1);
    }
  }

  @Test
  void nonsense_is_refused_by_name() {
    assertThatThrownBy(() -> new MemoryDeduplicator(Duration.ZERO, 1, LEASE)).hasMessageContaining("ttl");
    assertThatThrownBy(() -> new MemoryDeduplicator(TTL, 0, LEASE)).hasMessageContaining("max");
    assertThatThrownBy(() -> new MemoryDeduplicator(TTL, 1, Duration.ZERO)).hasMessageContaining("lease");
  }
}
