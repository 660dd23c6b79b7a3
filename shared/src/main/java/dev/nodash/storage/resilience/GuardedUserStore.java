package dev.nodash.storage.resilience;

import dev.nodash.model.EventId;
import dev.nodash.model.Identify;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.UserStore;
import java.util.Optional;
import java.util.Set;

/** A user store behind a breaker. */
public record GuardedUserStore(UserStore store, Breaker breaker) implements UserStore {

  @Override
  public Merge merge(Tenant tenant, Identify identify) {
    return breaker.call(() -> store.merge(tenant, identify));
  }

  @Override
  public Optional<EventId> createdBy(Tenant tenant, UserId userId) {
    return breaker.call(() -> store.createdBy(tenant, userId));
  }

  @Override
  public Set<Guarantee> guarantees() {
    return store.guarantees();
  }

  @Override
  public Health check() {
    return store.check();
  }

  @Override
  public boolean isFatal() {
    return store.isFatal();
  }

  @Override
  public void close() {
    store.close();
  }
}
