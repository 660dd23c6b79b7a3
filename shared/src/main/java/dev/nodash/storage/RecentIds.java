package dev.nodash.storage;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;

/**
 * The newest (tenant, event id) pairs, bounded in age and number, at 26 to 32 bytes each.
 *
 * <p>Stored shape: a ring in the order of arrival, oldest first, of the id's 128 bits XOR a hash of its tenant and of the
 * receipt time in seconds, rounded up: the places of an {@link IdTable}, which takes the memory that the ids there are
 * need. An id that comes again after its TTL, while it is not yet at the old end, takes a second place.
 *
 * <p>Guarantee: an id is remembered for the whole TTL, and up to a second more, unless it was among the oldest arrivals
 * when there was no room. Two messages are taken for one with a probability of 2<sup>-122</sup>, since
 * their ids are hashes that hold the tenant. A receipt time earlier
 * than its predecessor's, or a clock set back, can make ids stay longer, never shorter; a clock that leaps ahead ages
 * them all. Times are kept exactly from 1970 to 2106.
 *
 * <p>Safe for many threads; every method holds one lock briefly.
 */
public final class RecentIds {
  private static final int LARGEST = 1 << 28;
  private static final long LAST_SECOND = 0xFFFF_FFFFL;
  private static final long NONE = Long.MIN_VALUE;
  private static final long FIRST_FACTOR = 0x9E37_79B9_7F4A_7C15L;
  private static final long SECOND_FACTOR = 0xBF58_476D_1CE4_E5B9L;

  private final long ttlMillis;
  private final int max;
  private final IdTable ids;
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
    ids = new IdTable(max);
  }

  /** Whether the id is remembered and not older than the TTL. */
  public boolean contains(Tenant tenant, EventId id, Instant now) {
    var high = high(tenant, id);
    var low = low(tenant, id);
    synchronized (this) {
      var place = ids.find(high, low);
      return place != IdTable.ABSENT && isYoung(place, now.toEpochMilli());
    }
  }

  /** Which of these are remembered and not older than the TTL, by where they stand in the list. */
  public BitSet contains(List<Receipt> receipts, Instant now) {
    var keys = keys(receipts);
    var remembered = new BitSet();
    synchronized (this) {
      var places = ids.find(keys);
      for (int i = 0; i < places.length; i++) {
        if (places[i] != IdTable.ABSENT && isYoung(places[i], now.toEpochMilli())) {
          remembered.set(i);
        }
      }
    }
    return remembered;
  }

  /**
   * Remembers the id as the newest, unless it is remembered already. Lets go of the oldest ids that are past the TTL at
   * {@code receivedAt} and, if there is no room, of the oldest one.
   *
   * @return whether it was new
   */
  public boolean add(Tenant tenant, EventId id, Instant receivedAt) {
    var high = high(tenant, id);
    var low = low(tenant, id);
    synchronized (this) {
      return add(high, low, receivedAt.toEpochMilli());
    }
  }

  /** The same for each of these, in their order. */
  public void add(List<Receipt> receipts) {
    var keys = keys(receipts);
    synchronized (this) {
      for (int i = 0; i < receipts.size(); i++) {
        add(keys[2 * i], keys[2 * i + 1], receipts.get(i).receivedAt().toEpochMilli());
      }
    }
  }

  private boolean add(long high, long low, long millis) {
    while (size > 0 && !isYoung(oldest, millis)) {
      removeOldest();
    }
    var known = ids.find(high, low);
    if (known != IdTable.ABSENT && isYoung(known, millis)) {
      return false;
    }
    if (size == max) {
      loseOldest();
    }
    ids.put(place(size++), high, low, (int) Math.clamp(Math.ceilDiv(millis, 1000), 0, LAST_SECOND));
    return true;
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
    ids.remove(oldest);
    oldest = place(1);
    size--;
  }

  private boolean isYoung(int place, long millis) {
    return millis - receipt(place) < ttlMillis;
  }

  private long receipt(int place) {
    return Integer.toUnsignedLong(ids.number(place)) * 1000;
  }

  private int place(int after) {
    return (int) (((long) oldest + after) % ids.places());
  }

  /** The halves of each, one behind the other. */
  private static long[] keys(List<Receipt> receipts) {
    var keys = new long[2 * receipts.size()];
    int next = 0;
    for (var receipt : receipts) {
      keys[next++] = high(receipt.tenant(), receipt.id());
      keys[next++] = low(receipt.tenant(), receipt.id());
    }
    return keys;
  }

  private static long high(Tenant tenant, EventId id) {
    return id.value().getMostSignificantBits() ^ tenant.id().value().hashCode() * FIRST_FACTOR;
  }

  private static long low(Tenant tenant, EventId id) {
    return id.value().getLeastSignificantBits() ^ tenant.id().value().hashCode() * SECOND_FACTOR;
  }
}
