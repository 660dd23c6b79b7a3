package dev.nodash.storage;

import java.util.Set;

/**
 * The engine is well and refuses these events for what they hold: nothing was written, and trying again would not help.
 * A row that breaks a constraint which somebody added to the table is one.
 */
public final class DataRefused extends StoreException {
  private final Set<BulkEventStore.Key> events;

  /** The engine does not say which events it refuses. */
  public DataRefused(String message, Throwable cause) {
    super(message, cause);
    this.events = Set.of();
  }

  /** The engine refuses these events, and the others for their sake. */
  public DataRefused(String message, Set<BulkEventStore.Key> events) {
    super(message);
    this.events = Set.copyOf(events);
  }

  /** The events that are at fault, where the engine says which; else none. */
  public Set<BulkEventStore.Key> events() {
    return events;
  }
}
