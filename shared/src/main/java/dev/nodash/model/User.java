package dev.nodash.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of one user: the winning value of each trait.
 *
 * @param firstSeen the earliest effective time of any identify
 * @param createdBy the event that created the record; a retry of it is told so again
 */
public record User(UserId id, Instant firstSeen, EventId createdBy, Map<String, Trait> traits) {
  /** A trait's time and event id as text, and the words around them. */
  public static final int TRAIT_OVERHEAD_BYTES = 128;

  public User {
    traits = Collections.unmodifiableMap(new TreeMap<>(traits));
  }

  /** The record that the first identify of a user makes. */
  public static User createdBy(Identify identify) {
    return new User(identify.userId(), identify.time(), identify.eventId(), Map.of()).with(identify);
  }

  /** The record after one more identify; {@link Trait#wins} makes the order of calls irrelevant. */
  public User with(Identify identify) {
    var merged = new TreeMap<>(traits);
    identify.traits().forEach((key, value) -> merged.merge(key,
        new Trait(value, identify.time(), identify.eventId()), (old, next) -> next.wins(old) ? next : old));
    return new User(id, firstSeen.isBefore(identify.time()) ? firstSeen : identify.time(), createdBy, merged);
  }

  /**
   * What the record's size is limited by: the UTF-8 bytes of its trait keys and values, and what a store keeps beside
   * each, so that many tiny traits are bounded too.
   */
  public long bytes() {
    return traits.entrySet().stream()
        .mapToLong(e -> TRAIT_OVERHEAD_BYTES + bytes(e.getKey()) + bytes(e.getValue().value().value())).sum();
  }

  private static long bytes(String text) {
    return text.getBytes(UTF_8).length;
  }
}
