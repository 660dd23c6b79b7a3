package dev.nodash.storage.memory;

import dev.nodash.storage.RateLimiter;

/**
 * What was taken in the sub-buckets of one sliding window: the newest sub-bucket's number and a count for each, newest
 * first, as far back as anything was taken. 60 bytes for a subject seen once, 300 at most.
 *
 * <p>A sub-bucket counts in its own and the {@value RateLimiter#SUB_BUCKETS} that follow. Not safe for several threads.
 */
final class Budget {
  private static final int[] NOTHING = {};
  private static final int COUNTED = RateLimiter.SUB_BUCKETS + 1;

  private long newest;
  private int[] counts = NOTHING;
  private int used;

  Budget(long bucket) {
    newest = bucket;
  }

  /** A budget of which as much is used as of the other. */
  Budget(Budget other) {
    newest = other.newest;
    counts = other.counts.clone();
    used = other.used;
  }

  int used() {
    return used;
  }

  boolean isLive(long bucket) {
    return used > 0 && bucket - newest < COUNTED;
  }

  /** Lets the window end in that sub-bucket. It never moves back: an earlier one is taken for the newest. */
  void advance(long bucket) {
    if (bucket <= newest) {
      return;
    }
    var shift = bucket - newest;
    newest = bucket;
    var kept = Math.clamp(COUNTED - shift, 0, counts.length);
    for (int i = kept; i < counts.length; i++) {
      used -= counts[i];
    }
    while (kept > 0 && counts[kept - 1] == 0) {
      kept--;
    }
    if (kept == 0) {
      counts = NOTHING;
      return;
    }
    var shifted = new int[kept + (int) shift];
    System.arraycopy(counts, 0, shifted, (int) shift, kept);
    counts = shifted;
  }

  void take(int cost) {
    if (counts.length == 0) {
      counts = new int[1];
    }
    counts[0] += cost;
    used += cost;
  }

  /** The first sub-bucket in which that many more are free than now, or all are; the newest if nothing is used. */
  long freed(int count) {
    var free = 0L;
    for (int i = counts.length - 1; i >= 0; i--) {
      free += counts[i];
      if (free >= count || i == 0) {
        return newest - i + COUNTED;
      }
    }
    return newest;
  }
}
