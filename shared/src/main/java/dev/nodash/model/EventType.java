package dev.nodash.model;

import java.util.Locale;

/** What kind of call an event came from. */
public enum EventType {
  TRACK, IDENTIFY, PAGE, SCREEN, GROUP, ALIAS;

  /** The name as stored and shown: {@code track}, {@code page}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static EventType ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
