package dev.nodash.storage.resilience;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.Owner;
import dev.nodash.storage.RateLimiter;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.memory.MemoryDeduplicator;
import dev.nodash.storage.memory.MemoryRateLimiter;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** The memory limiter and deduplicator, which a test switches off as an engine that is away; it counts the calls. */
final class SwitchedRedis implements RateLimiter, Deduplicator {
  private final MemoryRateLimiter limiter = new MemoryRateLimiter(new Limits(2, Duration.ofMinutes(1), 0), 100);
  private final MemoryDeduplicator deduplicator = new MemoryDeduplicator(Duration.ofHours(1), 100,
      Duration.ofSeconds(30));
  boolean away;
  int calls;

  private void ask() {
    calls++;
    if (away) {
      throw new StoreUnavailable("away");
    }
  }

  @Override
  public Decision take(Tenant tenant, Subject subject, int cost, Instant now) {
    ask();
    return limiter.take(tenant, subject, cost, now);
  }

  @Override
  public Limits limits() {
    return limiter.limits();
  }

  @Override
  public Claim claim(Tenant tenant, EventId id, Owner owner, Instant now) {
    ask();
    return deduplicator.claim(tenant, id, owner, now);
  }

  @Override
  public boolean confirm(Tenant tenant, EventId id, Owner owner, Instant now) {
    ask();
    return deduplicator.confirm(tenant, id, owner, now);
  }

  @Override
  public boolean release(Tenant tenant, EventId id, Owner owner) {
    ask();
    return deduplicator.release(tenant, id, owner);
  }

  @Override
  public Window window(Instant now) {
    return deduplicator.window(now);
  }

  @Override
  public Health check() {
    return away ? Health.unhealthy("away") : Health.HEALTHY;
  }

  @Override
  public Set<Guarantee> guarantees() {
    return Set.of();
  }

  @Override
  public void close() {
    away = true;
  }
}
