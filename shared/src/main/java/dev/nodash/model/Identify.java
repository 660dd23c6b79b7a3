package dev.nodash.model;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one identify call asks of the user's record. Applying it twice changes nothing. */
public record Identify(UserId userId, Map<String, JsonText> traits, Instant time, EventId eventId) {

  public Identify {
    traits = Collections.unmodifiableMap(new LinkedHashMap<>(traits));
  }
}
