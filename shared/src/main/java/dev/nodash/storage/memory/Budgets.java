package dev.nodash.storage.memory;

import dev.nodash.storage.RateLimiter;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of budgets by key. A live one is never let go; the others go when there is no room, in one sweep, at
 * most once a sub-bucket, because only a new sub-bucket ends a life. Not safe for several threads.
 */
final class Budgets {
  private final Map<UUID, Budget> byKey = new HashMap<>();
  private final int max;
  private long swept;

  Budgets(int max) {
    this.max = max;
  }

  @Nullable
  Budget get(UUID key) {
    return byKey.get(key);
  }

  void put(UUID key, Budget budget) {
    byKey.put(key, budget);
  }

  int size() {
    return byKey.size();
  }

  boolean hasRoom(long bucket) {
    var wasSetBack = bucket < swept - RateLimiter.SUB_BUCKETS;
    if (byKey.size() >= max && (bucket > swept || wasSetBack)) {
      swept = bucket;
      byKey.values().removeIf(budget -> !budget.isLive(bucket));
    }
    return byKey.size() < max;
  }
}
