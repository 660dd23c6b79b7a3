package dev.nodash.model;

import java.time.Instant;
import java.util.Comparator;

/**
 * One value of one trait and the identify that set it.
 *
 * @param time the identify's {@link EventTime#effective() effective time}
 * @param eventId the identify's event, which decides between equal times
 */
public record Trait(JsonText value, Instant time, EventId eventId) {
  private static final Comparator<Trait> ORDER = Comparator.comparing(Trait::time).thenComparing(Trait::eventId);

  /** Whether this value replaces the other: the later (time, event id) wins, whatever the order of arrival. */
  public boolean wins(Trait other) {
    return ORDER.compare(this, other) > 0;
  }
}
