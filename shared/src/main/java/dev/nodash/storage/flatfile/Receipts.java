package dev.nodash.storage.flatfile;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.RecentIds;
import dev.nodash.storage.flatfile.EventLine.Receipt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/** Receipts as they are found in files, kept small until they can be put in order; only the newest are kept. */
final class Receipts {
  private final int max;
  private final Map<Tenant, Integer> numbers = new HashMap<>();
  private final List<Tenant> tenants = new ArrayList<>();
  private int[] tenant = new int[1024];
  private long[] high = new long[1024];
  private long[] low = new long[1024];
  private long[] receivedAt = new long[1024];
  private int size;

  Receipts(int max) {
    this.max = max;
  }

  void add(Receipt receipt) {
    if (size == tenant.length) {
      makeRoom();
    }
    tenant[size] = numbers.computeIfAbsent(receipt.tenant(), this::number);
    high[size] = receipt.id().value().getMostSignificantBits();
    low[size] = receipt.id().value().getLeastSignificantBits();
    receivedAt[size] = receipt.receivedAt().toEpochMilli();
    size++;
  }

  /** Adds the newest to the index, the oldest of them first. */
  void addTo(RecentIds index) {
    for (var i : newest()) {
      index.add(tenants.get(tenant[i]), new EventId(new UUID(high[i], low[i])), Instant.ofEpochMilli(receivedAt[i]));
    }
  }

  private int number(Tenant name) {
    tenants.add(name);
    return tenants.size() - 1;
  }

  private void makeRoom() {
    if (size >= 2L * max) {
      var kept = newest();
      tenant = IntStream.of(kept).map(i -> tenant[i]).toArray();
      high = IntStream.of(kept).mapToLong(i -> high[i]).toArray();
      low = IntStream.of(kept).mapToLong(i -> low[i]).toArray();
      receivedAt = IntStream.of(kept).mapToLong(i -> receivedAt[i]).toArray();
      size = kept.length;
    }
    var capacity = Math.max(1024, size * 2);
    tenant = Arrays.copyOf(tenant, capacity);
    high = Arrays.copyOf(high, capacity);
    low = Arrays.copyOf(low, capacity);
    receivedAt = Arrays.copyOf(receivedAt, capacity);
  }

  private int[] newest() {
    var order = IntStream.range(0, size).boxed().sorted((a, b) -> Long.compare(receivedAt[a], receivedAt[b]))
        .mapToInt(Integer::intValue).toArray();
    return size <= max ? order : Arrays.copyOfRange(order, size - max, size);
  }
}
