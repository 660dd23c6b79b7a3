package dev.nodash.storage.memory;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Page;
import dev.nodash.storage.PageCollector;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Events in the heap, for development and tests only: nothing survives the process and nothing is ever let go, so a
 * busy tenant ends the process.
 *
 * <p>Stored shape, a tenant: a map of id to event. A batch becomes visible event by event. Nobody waits; a page looks at
 * all events of its tenant.
 */
public final class MemoryEventStore implements BulkEventStore, EventReader, InHeap {
  private final Map<Tenant, Map<EventId, Event>> tenants = new ConcurrentHashMap<>();

  @Override
  public List<Set<EventId>> appendAll(List<Batch> batches) {
    return batches.stream().map(batch -> store(batch.tenant(), batch.events())).toList();
  }

  private Set<EventId> store(Tenant tenant, List<Event> events) {
    var stored = of(tenant);
    var fresh = new HashSet<EventId>();
    var before = new HashSet<EventId>();
    for (var event : events) {
      if (stored.putIfAbsent(event.id(), event) == null) {
        fresh.add(event.id());
      } else if (!fresh.contains(event.id())) {
        before.add(event.id());
      }
    }
    return Set.copyOf(before);
  }

  @Override
  public boolean contains(Tenant tenant, EventId id) {
    return of(tenant).containsKey(id);
  }

  @Override
  public Deduplicator.Window window(Instant now) {
    return Deduplicator.Window.UNBOUNDED;
  }

  @Override
  public Set<Guarantee> guarantees() {
    return Set.of(Guarantee.ONCE, Guarantee.TELLS_DUPLICATES);
  }

  @Override
  public Page<Event> events(Tenant tenant, Query query) {
    var page = PageCollector.of(query);
    of(tenant).values().forEach(page::add);
    return page.page();
  }

  private Map<EventId, Event> of(Tenant tenant) {
    return tenants.computeIfAbsent(tenant, _ -> new ConcurrentHashMap<>());
  }
}
