package dev.nodash.storage.memory;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.Owner;
import dev.nodash.storage.RecentIds;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;

/**
 * Claims and done events of one process, in the heap.
 *
 * <p>Stored shape: a map of (tenant, event id) to owner and end of lease, in the order of claiming, and
 * {@link RecentIds} of what is done.
 *
 * <p>Guarantee: every method is atomic for all threads of this process. Claims and done events together are at most
 * {@code max}: the oldest done goes first, a live claim never, so that only more than {@code max} live claims exceed it.
 * A claim whose lease has ended is forgotten. Beside a store that remembers ids itself, in this process, the store's
 * memory is the only one, and what is too much is the store's to decide. Limits: other processes know nothing of it, and a
 * restart forgets all; the store's own idempotency covers both.
 */
public final class MemoryDeduplicator implements Deduplicator, InHeap {
  private final int max;
  private final Duration lease;
  private final RecentIds done;
  /** Whether somebody else adds to what is done. */
  private final boolean isShared;
  private final LinkedHashMap<Key, Held> claims = new LinkedHashMap<>();

  /**
   * A deduplicator that knows nothing yet.
   *
   * @param ttl for how long a done event is remembered, 1 second or more
   * @param max how many ids are kept, 1 or more
   * @param lease how long a claim is held at most
   */
  public MemoryDeduplicator(Duration ttl, int max, Duration lease) {
    this(new RecentIds(ttl, max), false, max, lease);
  }

  /**
   * A deduplicator that knows what the store beside it knows.
   *
   * @param stored the ids of what that store has; it adds each before its caller confirms
   * @param lease how long a claim is held at most
   */
  public MemoryDeduplicator(RecentIds stored, Duration lease) {
    this(stored, true, Integer.MAX_VALUE, lease);
  }

  private MemoryDeduplicator(RecentIds done, boolean isShared, int max, Duration lease) {
    if (!lease.isPositive()) {
      throw new IllegalArgumentException("lease: " + lease + ", must be more than nothing");
    }
    this.max = max;
    this.lease = lease;
    this.done = done;
    this.isShared = isShared;
  }

  @Override
  public synchronized Claim claim(Tenant tenant, EventId id, Owner owner, Instant now) {
    if (done.contains(tenant, id, now)) {
      return Claim.DONE;
    }
    forgetEnded(now);
    var key = new Key(tenant, id);
    var held = claims.get(key);
    if (held != null && held.isLive(now)) {
      return Claim.IN_FLIGHT;
    }
    claims.putLast(key, new Held(owner, now.plus(lease)));
    makeRoom();
    return Claim.FRESH;
  }

  @Override
  public synchronized boolean confirm(Tenant tenant, EventId id, Owner owner, Instant now) {
    var key = new Key(tenant, id);
    var held = claims.get(key);
    if (held == null || !held.owner().equals(owner) || !held.isLive(now)) {
      return false;
    }
    claims.remove(key);
    if (!isShared) {
      done.add(tenant, id, now);
      makeRoom();
    }
    return true;
  }

  @Override
  public synchronized boolean release(Tenant tenant, EventId id, Owner owner) {
    var key = new Key(tenant, id);
    var held = claims.get(key);
    return held != null && held.owner().equals(owner) && claims.remove(key, held);
  }

  @Override
  public Window window(Instant now) {
    return done.window(now);
  }

  /** How many claims and done events are kept. */
  synchronized int size() {
    return claims.size() + done.size();
  }

  /** The first claims end first, unless the clock was set back; then later ones wait behind them. */
  private void forgetEnded(Instant now) {
    while (!claims.isEmpty() && !claims.firstEntry().getValue().isLive(now)) {
      claims.pollFirstEntry();
    }
  }

  private void makeRoom() {
    done.trim(Math.max(0, max - claims.size()));
  }

  private record Key(Tenant tenant, EventId id) {}

  private record Held(Owner owner, Instant end) {

    boolean isLive(Instant now) {
      return now.isBefore(end);
    }
  }
}
