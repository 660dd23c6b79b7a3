package dev.nodash.storage.resilience;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.Owner;
import dev.nodash.storage.StoreException;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A deduplicator behind a breaker. While the engine gives no answer every claim is fresh, so that no event is dropped:
 * the event store's own idempotency by (tenant, event id) then decides alone.
 */
public final class FallbackDeduplicator implements Deduplicator {
  private final Deduplicator deduplicator;
  private final Breaker breaker;
  private final Clock clock;
  private final Outage outage = new Outage("the deduplicator gives no answer and the event store decides alone");

  /** Takes over the deduplicator and closes it in the end. */
  public FallbackDeduplicator(Deduplicator deduplicator, Breaker breaker, Clock clock) {
    this.deduplicator = deduplicator;
    this.breaker = breaker;
    this.clock = clock;
  }

  @Override
  public Claim claim(Tenant tenant, EventId id, Owner owner, Instant now) {
    try {
      return breaker.call(() -> deduplicator.claim(tenant, id, owner, now));
    } catch (StoreException e) {
      outage.count(e, now);
      return Claim.FRESH;
    }
  }

  @Override
  public boolean confirm(Tenant tenant, EventId id, Owner owner, Instant now) {
    return orFalse(() -> deduplicator.confirm(tenant, id, owner, now), now);
  }

  @Override
  public boolean release(Tenant tenant, EventId id, Owner owner) {
    return orFalse(() -> deduplicator.release(tenant, id, owner), clock.instant());
  }

  /** A claim that could not be ended ends with its lease. */
  private boolean orFalse(BooleanSupplier call, Instant now) {
    try {
      return breaker.call(call::getAsBoolean);
    } catch (StoreException e) {
      outage.count(e, now);
      return false;
    }
  }

  /** How many calls went without an answer so far. */
  public long unanswered() {
    return outage.calls();
  }

  @Override
  public Window window(Instant now) {
    return deduplicator.window(now);
  }

  @Override
  public Set<Guarantee> guarantees() {
    return deduplicator.guarantees();
  }

  @Override
  public Health check() {
    return deduplicator.check();
  }

  @Override
  public void close() {
    deduplicator.close();
  }
}
