package dev.nodash.storage.redis;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.RateLimiter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Sliding windows on a Redis, one value a subject and, where tenants are bounded, one a tenant:
 *
 * <pre>
 * nodash:rate:{&lt;tenant&gt;}:&lt;length of a sub-bucket&gt;:&lt;hash of address and user&gt;
 * nodash:rate:{&lt;tenant&gt;}:&lt;length of a sub-bucket&gt;:tenant
 *     MessagePack [number of the newest sub-bucket, its count, the count of the one before, …]
 * </pre>
 *
 * <p>A sub-bucket is a 60th of the window, rounded up to a microsecond, counted from the epoch. A key expires when its
 * newest sub-bucket counts no more. The braces keep a tenant's keys on one node of a cluster.
 *
 * <p>Guarantee: check and count are one script, so all processes with the same window share each budget, by the server's
 * clock; a time before a budget's newest sub-bucket counts as that one. What is refused writes nothing. Limits: a restart,
 * a failover or an eviction forgets counts. A subject takes about 140 bytes when it was seen once and 300 at most; the
 * number of subjects has no bound but the tenants' limits and the server's memory, and when that is full, calls fail as if
 * the Redis were away.
 */
public final class RedisRateLimiter implements RateLimiter {
  private static final Script TAKE = Script.of("now", "take");

  private final RedisConnection redis;
  private final Limits limits;
  private final TimeSource time;
  private final long bucketMicros;

  /**
   * Begins to connect; a Redis that is away fails the calls and not this.
   *
   * @param deadline how long a call may take, waiting for the connection included
   */
  public RedisRateLimiter(RedisUrl url, Limits limits, Duration deadline) {
    this(new RedisConnection(url, deadline), limits, TimeSource.SERVER);
  }

  /** Takes over the connection. */
  RedisRateLimiter(RedisConnection redis, Limits limits, TimeSource time) {
    this.redis = redis;
    this.limits = limits;
    this.time = time;
    this.bucketMicros = Math.ceilDiv(limits.window().toNanos(), SUB_BUCKETS * 1000L);
  }

  @Override
  public Decision take(Tenant tenant, Subject subject, int cost, Instant now) {
    if (cost < 1) {
      throw new IllegalArgumentException("cost: " + cost + ", must be 1 or more");
    }
    var prefix = "nodash:rate:{" + tenant + "}:" + bucketMicros + ":";
    var keys = new ArrayList<>(List.of(prefix + hash(tenant, subject)));
    var arguments = new ArrayList<>(List.of(time.argument(now), Long.toString(bucketMicros), Integer.toString(cost),
        Integer.toString(limits.max())));
    if (limits.tenantMax() > 0) {
      keys.add(prefix + "tenant");
      arguments.add(Integer.toString(limits.tenantMax()));
    }
    var answer = redis.run(TAKE, keys, arguments);
    return new Decision(answer.get(0) == 1, answer.get(1).intValue(), answer.get(2).intValue(),
        Duration.of(answer.get(3), ChronoUnit.MICROS));
  }

  @Override
  public Limits limits() {
    return limits;
  }

  /** Of constant size, whatever the client's names: the id of a message of that text. */
  private static EventId hash(Tenant tenant, Subject subject) {
    return EventId.ofMessage(tenant.id(), subject.address() + "\0" + subject.user());
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
