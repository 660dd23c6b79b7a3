package dev.nodash.storage;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The newest (tenant, event id) pairs, bounded in age and number, at 28 to 40 bytes each.
 *
 * <p>Stored shape: a ring in the order of arrival, oldest first, of the id's 128 bits XOR a hash of its tenant and of the
 * receipt time in seconds, rounded up; and an open-addressed table of places in the ring, with linear probing and
 * deletion by backward shift. Both double until they hold the most ids allowed. Where an id lands in the table depends
 * on a random number, so that nobody can choose ids that pile up.
 *
 * <p>Guarantee: an id is remembered for the whole TTL, and up to a second more, unless it was among the oldest arrivals
 * when there was no room. Two pairs are taken for one with a probability of 2<sup>-122</sup>. A receipt time earlier
 * than its predecessor's, or a clock set back, can make ids stay longer, never shorter; a clock that leaps ahead ages
 * them all. Times are kept exactly from 1970 to 2106.
 *
 * <p>Safe for many threads; every method holds one lock briefly, except while the arrays double.
 */
public final class RecentIds {
  private static final int LARGEST = 1 << 28;
  private static final int FIRST_CAPACITY = 1 << 10;
  private static final long LAST_SECOND = 0xFFFF_FFFFL;
  private static final long NONE = Long.MIN_VALUE;

  private final long ttlMillis;
  private final int max;
  private final long seed = new SplittableRandom().nextLong();
  private long[] high;
  private long[] low;
  private int[] seconds;
  /** Place in the ring plus 1; 0 is free. */
  private int[] table;
  private int oldest;
  private int size;
  /** The latest receipt, in milliseconds, of an id that had to go before its time. */
  private long lost = NONE;

  public RecentIds(Duration ttl, int max) {
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("ttl: " + ttl + ", must be 1 second or more");
    }
    if (max < 1 || max > LARGEST) {
      throw new IllegalArgumentException("max: " + max + ", must be 1 to " + LARGEST);
    }
    this.ttlMillis = ttl.toMillis();
    this.max = max;
    var capacity = Math.min(max, FIRST_CAPACITY);
    high = new long[capacity];
    low = new long[capacity];
    seconds = new int[capacity];
    table = new int[tableSize(capacity)];
  }

  /** Whether the id is remembered and not older than the TTL. */
  public boolean contains(Tenant tenant, EventId id, Instant now) {
    var salt = salt(tenant);
    synchronized (this) {
      var place = table[slot(high(id, salt), low(id, salt))] - 1;
      return place >= 0 && isYoung(place, now.toEpochMilli());
    }
  }

  /**
   * Remembers the id as the newest, unless it is remembered already. Lets go of the oldest ids that are past the TTL at
   * {@code receivedAt} and, if there is no room, of the oldest one.
   *
   * @return whether it was new
   */
  public boolean add(Tenant tenant, EventId id, Instant receivedAt) {
    var salt = salt(tenant);
    var millis = receivedAt.toEpochMilli();
    synchronized (this) {
      while (size > 0 && !isYoung(oldest, millis)) {
        removeOldest();
      }
      var known = table[slot(high(id, salt), low(id, salt))] - 1;
      if (known >= 0 && isYoung(known, millis)) {
        return false;
      }
      if (size == max) {
        loseOldest();
      } else if (size == high.length) {
        grow();
      }
      var place = place(size++);
      high[place] = high(id, salt);
      low[place] = low(id, salt);
      seconds[place] = (int) Math.clamp(Math.ceilDiv(millis, 1000), 0, LAST_SECOND);
      table[slot(high[place], low[place])] = place + 1;
      return true;
    }
  }

  /** Lets go of the oldest ids until at most {@code count} are left. */
  public synchronized void trim(int count) {
    while (size > count) {
      loseOldest();
    }
  }

  /** How many ids are held. */
  public synchronized int size() {
    return size;
  }

  /**
   * For how long an id that arrives is sure to be remembered: the TTL, or, while ids have had to go before their time,
   * the age beyond which they went.
   */
  public synchronized Deduplicator.Window window(Instant now) {
    var millis = now.toEpochMilli();
    // A loss in the future is one before the clock was set back; the oldest id left tells how far the memory goes.
    var since = lost != NONE && lost > millis && size > 0 ? receipt(oldest) : lost;
    var window = since == NONE ? ttlMillis : Math.clamp(millis - since, 0, ttlMillis);
    return new Deduplicator.Window(Duration.ofMillis(window), max);
  }

  private void loseOldest() {
    lost = Math.max(lost, receipt(oldest));
    removeOldest();
  }

  private void removeOldest() {
    var slot = slot(high[oldest], low[oldest]);
    // An id that came again after its TTL stands in the ring twice and in the table at its later place.
    if (table[slot] == oldest + 1) {
      free(slot);
    }
    oldest = place(1);
    size--;
  }

  /** Frees the slot and moves later members of its probe chain back, so that no chain has a hole. */
  private void free(int slot) {
    var mask = table.length - 1;
    var hole = slot;
    for (int next = (hole + 1) & mask; table[next] != 0; next = (next + 1) & mask) {
      var place = table[next] - 1;
      var home = home(high[place], low[place]);
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        table[hole] = table[next];
        hole = next;
      }
    }
    table[hole] = 0;
  }

  /** Where the key is in the table, or the free slot where it belongs. */
  private int slot(long keyHigh, long keyLow) {
    var slot = home(keyHigh, keyLow);
    for (int at = table[slot] - 1; at >= 0; at = table[slot] - 1) {
      if (high[at] == keyHigh && low[at] == keyLow) {
        return slot;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private int home(long keyHigh, long keyLow) {
    var mixed = (keyHigh ^ seed) * 0xBF58_476D_1CE4_E5B9L;
    mixed = (mixed ^ (mixed >>> 32) ^ keyLow) * 0x94D0_49BB_1331_11EBL;
    return (int) (mixed ^ (mixed >>> 29)) & (table.length - 1);
  }

  private void grow() {
    var capacity = Math.min(max, high.length * 2);
    var first = high.length - oldest;
    high = unrolled(high, new long[capacity], first);
    low = unrolled(low, new long[capacity], first);
    var unrolled = Arrays.copyOf(Arrays.copyOfRange(seconds, oldest, seconds.length), capacity);
    System.arraycopy(seconds, 0, unrolled, first, oldest);
    seconds = unrolled;
    oldest = 0;
    table = new int[tableSize(capacity)];
    for (int place = 0; place < size; place++) {
      table[slot(high[place], low[place])] = place + 1;
    }
  }

  private long[] unrolled(long[] from, long[] to, int first) {
    System.arraycopy(from, oldest, to, 0, first);
    System.arraycopy(from, 0, to, first, oldest);
    return to;
  }

  private boolean isYoung(int place, long millis) {
    return millis - receipt(place) < ttlMillis;
  }

  private long receipt(int place) {
    return Integer.toUnsignedLong(seconds[place]) * 1000;
  }

  private int place(int after) {
    return (int) (((long) oldest + after) % high.length);
  }

  private static int tableSize(int capacity) {
    return Integer.highestOneBit(Math.max(1, capacity + capacity / 2 - 1)) * 2;
  }

  /** The id of the tenant's empty message: SHA-256 of the tenant. */
  private static EventId salt(Tenant tenant) {
    return EventId.ofMessage(tenant.id(), "");
  }

  private static long high(EventId id, EventId salt) {
    return id.value().getMostSignificantBits() ^ salt.value().getMostSignificantBits();
  }

  private static long low(EventId id, EventId salt) {
    return id.value().getLeastSignificantBits() ^ salt.value().getLeastSignificantBits();
  }
}
