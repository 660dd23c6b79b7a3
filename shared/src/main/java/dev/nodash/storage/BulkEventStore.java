package dev.nodash.storage;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** An event store whose engine takes the events of several requests, and of several tenants, in one operation. */
public interface BulkEventStore extends EventStore {

  /**
   * Stores the events of all batches in one operation of the engine and returns once they are durable. The same (tenant,
   * event id) may come in several of them: the first one stays.
   *
   * @return for each batch, in the same order, what {@link #append} answers; an id that is new in an earlier batch is one
   *         that was stored before for a later one
   * @throws DataRefused if the engine refuses them for what they hold; none of them was written
   * @throws StoreUnavailable if certainly none of them was written
   * @throws OutcomeUnknown if some or all of them may have been written
   */
  List<Set<EventId>> appendAll(List<Batch> batches);

  @Override
  default Set<EventId> append(Tenant tenant, List<Event> events) {
    return events.isEmpty() ? Set.of() : appendAll(List.of(new Batch(tenant, events))).getFirst();
  }

  /** The events of one request; at least one. */
  record Batch(Tenant tenant, List<Event> events) {

    public Batch {
      if (events.isEmpty()) {
        throw new IllegalArgumentException("events: is empty");
      }
      events = List.copyOf(events);
    }

    /**
     * The ids of the batch that were stored before it. What is fresh is so for the first batch that has it, which takes it
     * out of the set.
     */
    public Set<EventId> before(Set<Key> fresh) {
      var before = new LinkedHashSet<EventId>();
      var seen = new HashSet<EventId>();
      for (var event : events) {
        if (seen.add(event.id()) && !fresh.remove(new Key(tenant, event.id()))) {
          before.add(event.id());
        }
      }
      return before;
    }
  }

  /** What an event is stored once under. */
  record Key(Tenant tenant, EventId id) {}
}
