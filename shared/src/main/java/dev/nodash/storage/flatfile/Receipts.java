package dev.nodash.storage.flatfile;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Receipt;
import dev.nodash.storage.RecentIds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The newest receipts of those found in files, in whatever order they are found, until an index can take them in the
 * order of their time: one more than it holds, so that it knows from when on it lost some.
 *
 * <p>Stored shape: rows of 20 bytes in numbered places, and 8 more bytes for each in {@code order}: its second, rounded
 * up as the index does it, and its place. Once there is no more room, {@code order} is a heap with the oldest on top,
 * whose place the next newer one takes.
 */
final class Receipts {
  private static final int FIRST_CAPACITY = 1 << 10;
  private static final int PLACE_BITS = 29;
  private static final long LAST_SECOND = 0xFFFF_FFFFL;

  private final int limit;
  private final Map<Tenant, Integer> numbers = new HashMap<>();
  private final List<Tenant> tenants = new ArrayList<>();
  private int[] tenant = {};
  private long[] high = {};
  private long[] low = {};
  private long[] order = {};
  private int size;

  /** Keeps what an index of {@code maxIds} needs. */
  Receipts(int maxIds) {
    this.limit = maxIds + 1;
  }

  void add(Receipt receipt) {
    var second = Math.clamp(Math.ceilDiv(receipt.receivedAt().toEpochMilli(), 1000), 0, LAST_SECOND);
    if (size < limit) {
      append(second, receipt);
    } else if (second >= second(order[0])) {
      var place = place(order[0]);
      put(place, receipt);
      sink(key(second, place));
    }
  }

  /** Adds the receipts to the index, the oldest of them first; takes none afterwards. */
  void addTo(RecentIds index) {
    Arrays.sort(order, 0, size);
    for (int i = 0; i < size; i++) {
      var place = place(order[i]);
      // The first moment that is rounded up to this second: a later one might let go of others too early.
      var receivedAt = Instant.ofEpochMilli(second(order[i]) * 1000 - 999);
      index.add(tenants.get(tenant[place]), new EventId(new UUID(high[place], low[place])), receivedAt);
    }
  }

  private void append(long second, Receipt receipt) {
    if (size == order.length) {
      grow(Math.min(limit, Math.max(FIRST_CAPACITY, size * 2)));
    }
    put(size, receipt);
    order[size] = key(second, size);
    size++;
    if (size == limit) {
      // What is sorted is a heap.
      Arrays.sort(order);
    }
  }

  private void put(int place, Receipt receipt) {
    tenant[place] = numbers.computeIfAbsent(receipt.tenant(), this::number);
    high[place] = receipt.id().value().getMostSignificantBits();
    low[place] = receipt.id().value().getLeastSignificantBits();
  }

  private int number(Tenant name) {
    tenants.add(name);
    return tenants.size() - 1;
  }

  /** Puts the key in the heap instead of the one on top. */
  private void sink(long key) {
    var hole = 0;
    for (int child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && order[child + 1] < order[child]) {
        child++;
      }
      if (key <= order[child]) {
        break;
      }
      order[hole] = order[child];
      hole = child;
    }
    order[hole] = key;
  }

  private void grow(int capacity) {
    tenant = Arrays.copyOf(tenant, capacity);
    high = Arrays.copyOf(high, capacity);
    low = Arrays.copyOf(low, capacity);
    order = Arrays.copyOf(order, capacity);
  }

  private static long key(long second, int place) {
    return second << PLACE_BITS | place;
  }

  private static long second(long key) {
    return key >>> PLACE_BITS;
  }

  private static int place(long key) {
    return (int) key & (1 << PLACE_BITS) - 1;
  }
}
