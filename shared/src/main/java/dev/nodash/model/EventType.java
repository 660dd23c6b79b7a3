package dev.nodash.model;

import java.util.Locale;

/** What kind of call an event came from. */
public enum EventType {
  TRACK, IDENTIFY;

  /** The name as stored and shown: {@code track}, {@code identify}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static EventType ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
