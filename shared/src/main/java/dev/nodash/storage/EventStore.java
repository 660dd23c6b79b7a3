package dev.nodash.storage;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Where events are kept. Idempotent by (tenant, event id): an event that is stored already is not stored again within
 * the store's window, if its id may come again ({@link EventId#isRepeatable()}).
 */
public interface EventStore extends Component {

  /**
   * Stores the events and returns once they are durable.
   *
   * @return the ids among them that were stored before and were therefore left alone; empty where the engine cannot tell
   * @throws StoreUnavailable if certainly none of them was written
   * @throws OutcomeUnknown if some or all of them may have been written
   */
  Set<EventId> append(Tenant tenant, List<Event> events);

  /**
   * The same, and the caller is not kept until they are durable where {@link #waits()} says so.
   *
   * @return what {@link #append} answers, once they are durable, or its failure, which may be thrown at once as well;
   *         completed by a thread that must not be kept
   */
  default CompletableFuture<Set<EventId>> appendAsync(Tenant tenant, List<Event> events) {
    return CompletableFuture.completedFuture(append(tenant, events));
  }

  /**
   * Whether the event is known to be durable already; false where the engine cannot tell.
   *
   * @throws StoreUnavailable if the store cannot be asked
   */
  boolean contains(Tenant tenant, EventId id);

  /**
   * What the writers of a store have done so far, each commit an append of all that waited.
   *
   * @param waiting events that no writer has taken yet
   * @param commits that were made, or failed, or had nothing that was new
   * @param appends that were in them, of one event or several
   * @param spent from when a writer took the events of a commit until they were durable, of all commits together
   */
  record Writing(int waiting, long commits, long appends, Duration spent) {
    /** Of a store without a writer. */
    public static final Writing NONE = new Writing(0, 0, 0, Duration.ZERO);
  }

  /** What its writers do. */
  default Writing writing() {
    return Writing.NONE;
  }

  /** For how long the store itself tells a stored event from a new one; without a bound where it never forgets. */
  Deduplicator.Window window(Instant now);
}
