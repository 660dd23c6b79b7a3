package dev.nodash.storage;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Remembers which events are being stored and which are. For each (tenant, event id) it knows one of three states:
 *
 * <ol>
 * <li>absent;
 * <li>claimed: somebody is storing it, named by an {@link Owner}, until a lease ends;
 * <li>done: it is durable, for the deduplication window.
 * </ol>
 *
 * Every method is one atomic operation of the engine. "Done" is recorded only after the event is durable, so that losing
 * a deduplicator costs a check and never an event.
 */
public interface Deduplicator extends Component {

  /** Claims the event for the owner if it is absent or if its lease ended at or before {@code now}. */
  Claim claim(Tenant tenant, EventId id, Owner owner, Instant now);

  /** Records the event as done if the owner still holds the claim; answers whether it did. */
  boolean confirm(Tenant tenant, EventId id, Owner owner, Instant now);

  /** Makes the event absent again if the owner still holds the claim; answers whether it did. */
  boolean release(Tenant tenant, EventId id, Owner owner);

  /** The window in force now, which is shorter than configured while more ids arrive than may be kept. */
  Window window(Instant now);

  /** What a claim found. */
  enum Claim {
    /** It was absent and is now claimed by this owner. */
    FRESH,
    /** It is stored already. */
    DONE,
    /** Another owner is storing it. */
    IN_FLIGHT
  }

  /**
   * How long a done event is remembered.
   *
   * @param duration for how long, at least
   * @param ids how many ids at most
   */
  record Window(Duration duration, long ids) {
    /** Of what never forgets. */
    public static final Window UNBOUNDED = new Window(ChronoUnit.FOREVER.getDuration(), Long.MAX_VALUE);

    /** The shorter of both, in time and in number. */
    public Window shorter(Window other) {
      return new Window(duration.compareTo(other.duration) < 0 ? duration : other.duration, Math.min(ids, other.ids));
    }
  }
}
