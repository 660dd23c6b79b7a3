package dev.nodash.storage.memory;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Cursor;
import dev.nodash.storage.Cursor.Position;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.Health;
import dev.nodash.storage.Page;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Events in the heap, for development and tests only: nothing survives the process and nothing is ever let go, so a
 * busy tenant ends the process.
 *
 * <p>Stored shape, a tenant: a sorted map of (timestamp, event id) to event and the set of ids. Appends of one tenant
 * take turns; a batch becomes visible event by event. Readers never wait and count every match for {@code total}.
 */
public final class MemoryEventStore implements EventStore, EventReader {
  private final Map<Tenant, Events> tenants = new ConcurrentHashMap<>();

  @Override
  public Set<EventId> append(Tenant tenant, List<Event> events) {
    return of(tenant).append(events);
  }

  @Override
  public boolean contains(Tenant tenant, EventId id) {
    return of(tenant).contains(id);
  }

  @Override
  public Page<Event> events(Tenant tenant, Query query) {
    var after = query.cursor().map(Cursor::position);
    var rows = new ArrayList<Event>();
    var total = 0L;
    var more = false;
    for (var entry : of(tenant).byPosition.entrySet()) {
      if (!matches(entry.getValue(), query)) {
        continue;
      }
      total++;
      if (after.isPresent() && entry.getKey().compareTo(after.get()) <= 0) {
        continue;
      }
      if (rows.size() < query.limit()) {
        rows.add(entry.getValue());
      } else {
        more = true;
      }
    }
    return Page.of(rows, total, more, event -> Cursor.of(Position.of(event)));
  }

  @Override
  public Health check() {
    return Health.HEALTHY;
  }

  @Override
  public void close() {
    // nothing is held but memory
  }

  private Events of(Tenant tenant) {
    return tenants.computeIfAbsent(tenant, _ -> new Events());
  }

  private static boolean matches(Event event, Query query) {
    var timestamp = event.time().timestamp();
    return (query.user().isEmpty() || query.user().equals(event.actor().userId()))
        && query.event().map(event.name()::equals).orElse(true)
        && query.from().map(from -> !timestamp.isBefore(from)).orElse(true)
        && query.to().map(timestamp::isBefore).orElse(true);
  }

  /** One tenant's events. */
  private static final class Events {
    private final Map<Position, Event> byPosition = new ConcurrentSkipListMap<>();
    private final Set<EventId> ids = ConcurrentHashMap.newKeySet();

    synchronized Set<EventId> append(List<Event> events) {
      var before = new HashSet<EventId>();
      for (var event : events) {
        if (contains(event.id())) {
          before.add(event.id());
        }
      }
      for (var event : events) {
        if (!contains(event.id())) {
          byPosition.put(Position.of(event), event);
          ids.add(event.id());
        }
      }
      return Set.copyOf(before);
    }

    boolean contains(EventId id) {
      return ids.contains(id);
    }
  }
}
