package dev.nodash.model;

import java.util.Optional;

/**
 * One accepted call, as it is stored. Events are the truth; counts, sessions and last activity are derived from them.
 *
 * @param id what it is deduplicated under, with the tenant
 * @param messageId the client's own id, where it sent one
 * @param name the event's name; that of a page or screen, else its category; the type's label where there is neither
 * @param properties what a track, page or screen call sent, as sent
 * @param traits what an identify or group call sent, as sent
 * @param context what the client said of itself, as sent
 */
public record Event(EventId id, EventType type, Optional<String> messageId, String name, Actor actor,
    Relations relations, Optional<JsonText> properties, Optional<JsonText> traits, Optional<JsonText> context,
    EventTime time) {
  public static final int MAX_NAME_LENGTH = 200;

  public Event {
    if (!Text.isPlain(name, MAX_NAME_LENGTH)) {
      throw new IllegalArgumentException("an event name has 1 to " + MAX_NAME_LENGTH + " characters");
    }
  }
}
