package dev.nodash.storage.flatfile;

import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.model.Tenant;
import dev.nodash.storage.Deduplicator.Window;
import dev.nodash.storage.Receipt;
import dev.nodash.storage.RecentIds;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReceiptsTest {
  private static final Duration TTL = Duration.ofDays(1);
  private static final List<Tenant> TENANTS = List.of(Tenant.of("a"), Tenant.of("b"));

  /** The {@code age}th last receipt of all, a little before a full second. */
  private static Receipt receipt(int age) {
    return new Receipt(TENANTS.get(age % 2), id(age), NOW.minusSeconds(age).minusMillis(200));
  }

  @Test
  void in_whatever_order_they_come_the_newest_are_kept_and_the_index_knows_what_it_lost() {
    for (int seed = 0; seed < 60; seed++) {
      var random = new Random(seed);
      var max = 1 + random.nextInt(3000);
      var ages = IntStream.range(0, random.nextInt(3 * max)).boxed().collect(Collectors.toList());
      switch (seed % 3) {
        case 0 -> Collections.shuffle(ages, random);
        case 1 -> Collections.reverse(ages);
        default -> assertThat(ages).as("newest first").isSorted();
      }
      var receipts = new Receipts(max);
      ages.forEach(age -> receipts.add(receipt(age)));
      var index = new RecentIds(TTL, max);
      receipts.addTo(index);
      assertThat(index.size()).isEqualTo(Math.min(max, ages.size()));
      assertThat(ages).allMatch(age -> contains(index, receipt(age)) == (age < max));
      assertThat(index.window(NOW)).isEqualTo(new Window(ages.size() > max ? since(max) : TTL, max));
    }
  }

  private static boolean contains(RecentIds index, Receipt receipt) {
    return index.contains(receipt.tenant(), receipt.id(), NOW);
  }

  /** The index knows times in seconds, rounded up. */
  private static Duration since(int age) {
    return Duration.between(Instant.ofEpochSecond(receipt(age).receivedAt().getEpochSecond() + 1), NOW);
  }
}
