package dev.nodash.storage;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Identify;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Where users are kept: one record a user, merged trait by trait, so that no two identifies can lose each other's. */
public interface UserStore extends Component {
  /** How many {@link dev.nodash.model.User#bytes() bytes} a record may have, unless the engine takes fewer. */
  long MAX_BYTES = 1 << 20;

  /**
   * Merges an identify into the user's record, atomically, and returns once that is durable. Merging the same identify
   * again changes nothing and answers the same.
   *
   * @throws StoreUnavailable if certainly nothing was written
   * @throws OutcomeUnknown if it may have been written
   */
  Merge merge(Tenant tenant, Identify identify);

  /**
   * Merges, and then stores the event that says so; a store that has both in one place makes them durable together. Where
   * the merge is refused the event is not stored.
   *
   * @param events where the event belongs
   * @throws StoreUnavailable if certainly the event was not written
   * @throws DataRefused if the event is refused for what it holds
   * @throws OutcomeUnknown if it may have been written
   */
  default Identified identify(Tenant tenant, Identify identify, EventStore events, Event event) {
    var merge = merge(tenant, identify);
    return new Identified(merge, merge instanceof Merge.Merged && events.append(tenant, List.of(event)).isEmpty());
  }

  /**
   * The same, and the caller is not kept until that is durable where {@link #waitsBeside} says so.
   *
   * @return what {@link #identify} answers, or its failure, which may be thrown at once as well; completed by a thread that
   *         must not be kept
   */
  default CompletableFuture<Identified> identifyAsync(Tenant tenant, Identify identify, EventStore events,
      Event event) {
    return CompletableFuture.completedFuture(identify(tenant, identify, events, event));
  }

  /**
   * Merges several, and then stores events in one append, those that say so among them; a store that has both in one place
   * makes them durable together. An event whose merge is refused is not stored.
   *
   * @param identifies what the events of these ids ask
   * @param store where the events belong
   * @return what became of the events, or a failure as of {@link #identify}, {@link OutcomeUnknown} where some may be stored and
   *         others not; it may be thrown at once as well; completed by a thread that must not be kept
   */
  default CompletableFuture<Several> identifyAllAsync(Tenant tenant, Map<EventId, Identify> identifies,
      EventStore store,
      List<Event> events) {
    var tooLarge = new HashMap<EventId, Merge.TooLarge>();
    for (var event : events) {
      var identify = identifies.get(event.id());
      if (identify != null && merge(tenant, identify) instanceof Merge.TooLarge it) {
        tooLarge.put(event.id(), it);
      }
    }
    var rest = events.stream().filter(event -> !tooLarge.containsKey(event.id())).toList();
    return store.appendAsync(tenant, rest).thenApply(before -> new Several(before, tooLarge));
  }

  /** The event that created the user, empty for an unknown user. */
  Optional<EventId> createdBy(Tenant tenant, UserId userId);

  /** The same, and the caller is not kept where {@link #waitsBeside} says so. */
  default CompletableFuture<Optional<EventId>> createdByAsync(Tenant tenant, UserId userId) {
    return CompletableFuture.completedFuture(createdBy(tenant, userId));
  }

  /**
   * Whether an identify may keep its caller waiting for a disk or an engine, so that event loops must not ask for it.
   *
   * @param events where its event belongs, which is asked as well
   */
  default boolean waitsBeside(EventStore events) {
    return true;
  }

  /**
   * What became of an identify.
   *
   * @param isNew whether the event is stored and was not before
   */
  record Identified(Merge merge, boolean isNew) {}

  /**
   * What became of several events.
   *
   * @param before those that were stored before
   * @param tooLarge those that are not stored, and why
   */
  record Several(Set<EventId> before, Map<EventId, Merge.TooLarge> tooLarge) {}

  /** What became of a merge. */
  sealed interface Merge {

    /**
     * Merged, now or before.
     *
     * @param created whether this very event created the user
     */
    record Merged(boolean created) implements Merge {}

    /** Refused: the record would have grown over the limit. Nothing was written. */
    record TooLarge(long bytes, long limit) implements Merge {}
  }
}
