package dev.nodash.storage.batch;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.memory.MemoryEventStore;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** The memory store, which a test holds up and makes refuse what it likes; it notes how large each batch was. */
final class HeldStore implements BulkEventStore {
  final MemoryEventStore memory = new MemoryEventStore();
  final ConcurrentLinkedQueue<Integer> sizes = new ConcurrentLinkedQueue<>();
  final Semaphore calls = new Semaphore(Integer.MAX_VALUE);
  volatile Consumer<List<Batch>> fault = batches -> {};
  volatile boolean closed;

  @Override
  public List<Set<EventId>> appendAll(List<Batch> batches) {
    sizes.add(batches.size());
    calls.acquireUninterruptibly();
    try {
      fault.accept(batches);
      return memory.appendAll(batches);
    } finally {
      calls.release();
    }
  }

  @Override
  public boolean contains(Tenant tenant, EventId id) {
    return memory.contains(tenant, id);
  }

  @Override
  public Deduplicator.Window window(Instant now) {
    return memory.window(now);
  }

  @Override
  public Health check() {
    return memory.check();
  }

  @Override
  public Set<Guarantee> guarantees() {
    return memory.guarantees();
  }

  @Override
  public void close() {
    closed = true;
  }
}
