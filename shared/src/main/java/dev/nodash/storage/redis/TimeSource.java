package dev.nodash.storage.redis;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Whose time a script goes by. */
enum TimeSource {
  /** The server's, which is the same for all processes, whatever their own clocks say. */
  SERVER,
  /** The caller's; keys still expire by the server's, so the two must run equally fast. */
  CALLER;

  /** The first argument of a {@link Script}. */
  String argument(Instant now) {
    return switch (this) {
      case SERVER -> "";
      case CALLER -> Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, now));
    };
  }
}
