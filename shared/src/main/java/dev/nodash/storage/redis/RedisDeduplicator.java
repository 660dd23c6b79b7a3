package dev.nodash.storage.redis;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Claims and done events on a Redis, one string each:
 *
 * <pre>
 * nodash:event:&lt;tenant&gt;:&lt;event id&gt;   &lt;owner&gt; &lt;end of the lease&gt;     claimed
 * nodash:event:&lt;tenant&gt;:&lt;event id&gt;   done &lt;end of the ttl&gt;          done
 * </pre>
 *
 * <p>Ends are microseconds since the epoch, by the server's clock; a key expires with its end.
 *
 * <p>Guarantee: each method is one script, so all processes see each other's claims. Limits: a restart, a failover or an
 * eviction of the Redis forgets claims and done events, which the store's own idempotency covers. The number of ids has no
 * bound but the server's memory, 150 to 200 bytes an id: with a {@code maxmemory-policy} that evicts, the window may be
 * shorter than told; with {@code noeviction}, calls fail when memory is full, as if the Redis were away.
 */
public final class RedisDeduplicator implements Deduplicator {
  private static final Script CLAIM = Script.of("now", "event", "claim");
  private static final Script CONFIRM = Script.of("now", "event", "confirm");
  private static final Script RELEASE = Script.of("release");

  private final RedisConnection redis;
  private final Duration ttl;
  private final Duration lease;
  private final TimeSource time;

  /**
   * Begins to connect; a Redis that is away fails the calls and not this.
   *
   * @param ttl for how long a done event is remembered, 1 second or more
   * @param lease how long a claim is held at most
   * @param deadline how long a call may take, waiting for the connection included
   */
  public RedisDeduplicator(RedisUrl url, Duration ttl, Duration lease, Duration deadline) {
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("ttl: " + ttl + ", must be 1 second or more");
    }
    if (!lease.isPositive()) {
      throw new IllegalArgumentException("lease: " + lease + ", must be more than nothing");
    }
    this(new RedisConnection(url, deadline), ttl, lease, TimeSource.SERVER);
  }

  /** Takes over the connection. */
  RedisDeduplicator(RedisConnection redis, Duration ttl, Duration lease, TimeSource time) {
    this.redis = redis;
    this.ttl = ttl;
    this.lease = lease;
    this.time = time;
  }

  @Override
  public Claim claim(Tenant tenant, EventId id, Owner owner, Instant now) {
    var found = run(CLAIM, tenant, id, time.argument(now), owner.token().toString(), micros(lease));
    return switch ((int) found) {
      case 0 -> Claim.FRESH;
      case 1 -> Claim.DONE;
      default -> Claim.IN_FLIGHT;
    };
  }

  @Override
  public boolean confirm(Tenant tenant, EventId id, Owner owner, Instant now) {
    return run(CONFIRM, tenant, id, time.argument(now), owner.token().toString(), micros(ttl)) == 1;
  }

  @Override
  public boolean release(Tenant tenant, EventId id, Owner owner) {
    return run(RELEASE, tenant, id, owner.token().toString()) == 1;
  }

  /** Never shorter while the server keeps all keys until they expire. */
  @Override
  public Window window(Instant now) {
    return new Window(ttl, Long.MAX_VALUE);
  }

  private long run(Script script, Tenant tenant, EventId id, String... arguments) {
    return redis.run(script, List.of("nodash:event:" + tenant + ":" + id), List.of(arguments)).getFirst();
  }

  private static String micros(Duration duration) {
    return Long.toString(Math.ceilDiv(duration.toNanos(), 1000L));
  }

  @Override
  public Health check() {
    return redis.check();
  }

  @Override
  public Set<Guarantee> guarantees() {
    return Set.of(Guarantee.SHARED);
  }

  @Override
  public void close() {
    redis.close();
  }
}
