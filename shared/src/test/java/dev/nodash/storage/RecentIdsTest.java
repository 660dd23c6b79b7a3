package dev.nodash.storage;

import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.kit.Concurrently;
import dev.nodash.storage.kit.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecentIdsTest {
  private static final Duration TTL = Duration.ofSeconds(60);
  private final Tenant tenant = Samples.tenant();
  private final RecentIds ids = new RecentIds(TTL, 3);

  private boolean add(int id, Instant at) {
    return ids.add(tenant, id(id), at);
  }

  private boolean contains(int id, Instant now) {
    return ids.contains(tenant, id(id), now);
  }

  @Test
  void an_id_is_added_once() {
    assertThat(contains(1, NOW)).isFalse();
    assertThat(add(1, NOW)).isTrue();
    assertThat(add(1, NOW)).isFalse();
    assertThat(contains(1, NOW)).isTrue();
    assertThat(ids.size()).isEqualTo(1);
  }

  @Test
  void the_same_id_of_two_tenants_is_two() {
    add(1, NOW);
    assertThat(ids.contains(Samples.tenant(), id(1), NOW)).isFalse();
    assertThat(ids.add(Samples.tenant(), id(1), NOW)).isTrue();
  }

  @Test
  void an_id_is_remembered_for_the_ttl_and_at_most_a_second_more() {
    add(1, NOW);
    assertThat(contains(1, NOW.plus(TTL).minusMillis(1))).isTrue();
    assertThat(contains(1, NOW.plus(TTL).plusSeconds(1))).isFalse();
    assertThat(add(1, NOW.plus(TTL).plusSeconds(1))).isTrue();
    assertThat(ids.size()).isEqualTo(1);
  }

  @Test
  void the_oldest_goes_when_there_is_no_room_and_the_window_shrinks_for_a_ttl() {
    for (int i = 0; i < 3; i++) {
      add(i, NOW.plusSeconds(i));
    }
    assertThat(ids.window(NOW.plusSeconds(2))).isEqualTo(new Deduplicator.Window(TTL, 3));
    add(3, NOW.plusSeconds(3));
    assertThat(contains(0, NOW.plusSeconds(3))).isFalse();
    assertThat(contains(1, NOW.plusSeconds(3))).isTrue();
    assertThat(ids.window(NOW.plusSeconds(10)).duration()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
    assertThat(ids.window(NOW.plus(TTL).plusSeconds(1)).duration()).isEqualTo(TTL);
  }

  @Test
  void trimming_lets_the_oldest_go() {
    add(1, NOW);
    add(2, NOW);
    ids.trim(1);
    assertThat(contains(1, NOW)).isFalse();
    assertThat(contains(2, NOW)).isTrue();
    ids.trim(0);
    assertThat(ids.size()).isZero();
  }

  @Test
  void a_clock_set_back_forgets_nothing_early() {
    add(1, NOW);
    var back = NOW.minusSeconds(3600);
    add(2, back);
    assertThat(contains(1, back)).isTrue();
    assertThat(add(1, back)).isFalse();
    assertThat(contains(2, back.plus(TTL).minusMillis(1))).isTrue();
    assertThat(contains(2, NOW)).isFalse();
    assertThat(add(2, NOW)).isTrue();
    assertThat(ids.size()).isEqualTo(3);
    add(3, NOW);
    add(4, NOW);
    assertThat(contains(2, NOW)).isTrue();
    assertThat(ids.window(back).duration()).isBetween(Duration.ZERO, TTL);
  }

  @Test
  void times_out_of_range_break_nothing() {
    assertThat(add(1, Instant.EPOCH.minusSeconds(9))).isTrue();
    assertThat(add(2, Instant.parse("2200-01-01T00:00:00Z"))).isTrue();
    assertThat(contains(2, NOW)).isTrue();
  }

  @Test
  void nonsense_is_refused_by_name() {
    assertThatThrownBy(() -> new RecentIds(Duration.ZERO, 1)).hasMessageContaining("ttl");
    assertThatThrownBy(() -> new RecentIds(TTL, 0)).hasMessageContaining("max");
  }

  @Test
  void of_many_adding_at_once_exactly_one_is_first() {
    var big = new RecentIds(TTL, 10_000);
    var firsts = Concurrently.run(8, _ -> {
      var count = 0;
      for (int i = 0; i < 5000; i++) {
        count += big.add(tenant, id(i), NOW) ? 1 : 0;
      }
      return count;
    });
    assertThat(firsts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(5000);
  }

  /** Where a place takes so many bits of an entry that hardly any of the hash are left. */
  @Test
  void the_largest_memory_there_may_be_finds_and_forgets_like_a_small_one() {
    var largest = new RecentIds(TTL, 1 << 28);
    for (int i = 0; i < 600_000; i++) {
      assertThat(largest.add(tenant, id(i), NOW)).isTrue();
    }
    largest.trim(300_000);
    for (int i = 0; i < 600_000; i++) {
      assertThat(largest.contains(tenant, id(i), NOW)).isEqualTo(i >= 300_000);
    }
  }

  @Test
  void it_behaves_like_a_plain_map_in_any_random_history() {
    for (int seed = 0; seed < 60; seed++) {
      var random = new Random(seed);
      compare(random, 1 + random.nextInt(seed % 3 == 0 ? 5000 : 40), random.nextBoolean());
    }
  }

  @Test
  void many_at_once_are_as_one_after_the_other() {
    var random = new Random(7);
    var atOnce = new RecentIds(TTL, 500);
    var oneByOne = new RecentIds(TTL, 500);
    for (int round = 0; round < 200; round++) {
      var now = NOW.plusSeconds(round);
      var some = Stream.generate(() -> new Receipt(tenant, id(random.nextInt(900)), now)).limit(random.nextInt(60))
          .toList();
      var known = atOnce.contains(some, now);
      for (int i = 0; i < some.size(); i++) {
        assertThat(known.get(i)).isEqualTo(oneByOne.contains(tenant, some.get(i).id(), now));
      }
      atOnce.add(some);
      some.forEach(each -> oneByOne.add(tenant, each.id(), now));
      assertThat(atOnce.size()).isEqualTo(oneByOne.size());
    }
  }

  /** The model keeps arrivals in order too; it lets go of the same ones, from the front and only from there. */
  private static void compare(Random random, int max, boolean clockGoesBack) {
    var ids = new RecentIds(TTL, max);
    var tenants = new Tenant[]{Tenant.of("a"), Tenant.of("b")};
    SequencedMap<String, Long> model = new LinkedHashMap<>();
    var second = NOW.getEpochSecond();
    for (int i = 0; i < 12_000; i++) {
      second += random.nextInt(50) == 0 ? random.nextInt(30) : 0;
      second -= clockGoesBack && random.nextInt(400) == 0 ? random.nextInt(90) : 0;
      var now = Instant.ofEpochSecond(second);
      var tenant = tenants[random.nextInt(2)];
      EventId id = id(random.nextInt(max * 2));
      var key = tenant + " " + id;
      var known = model.containsKey(key) && second - model.get(key) < TTL.toSeconds();
      if (random.nextInt(3) == 0) {
        assertThat(ids.contains(tenant, id, now)).isEqualTo(known);
        continue;
      }
      // An id that comes again after its TTL leaves its old place empty, which the model keeps under another name.
      while (!model.isEmpty() && second - model.firstEntry().getValue() >= TTL.toSeconds()) {
        model.pollFirstEntry();
      }
      assertThat(ids.add(tenant, id, now)).isEqualTo(!known);
      if (!known) {
        if (model.containsKey(key)) {
          model = renamed(model, key, "gone " + i);
        }
        if (model.size() == max) {
          model.pollFirstEntry();
        }
        model.put(key, second);
      }
      assertThat(ids.size()).isEqualTo(model.size());
    }
  }

  private static SequencedMap<String, Long> renamed(SequencedMap<String, Long> map, String from, String to) {
    var copy = new LinkedHashMap<String, Long>();
    map.forEach((key, value) -> copy.put(key.equals(from) ? to : key, value));
    return copy;
  }
}
