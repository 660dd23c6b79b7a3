package dev.nodash.storage.resilience;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** An event store behind a breaker. */
public record GuardedEventStore(BulkEventStore store, Breaker breaker) implements BulkEventStore {

  @Override
  public List<Set<EventId>> appendAll(List<Batch> batches) {
    return breaker.call(() -> store.appendAll(batches));
  }

  @Override
  public boolean contains(Tenant tenant, EventId id) {
    return breaker.call(() -> store.contains(tenant, id));
  }

  @Override
  public Deduplicator.Window window(Instant now) {
    return store.window(now);
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
