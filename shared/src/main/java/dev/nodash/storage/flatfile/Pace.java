package dev.nodash.storage.flatfile;

import java.time.Duration;

/**
 * When what is durable in a journal is brought to its targets, and when these are forced.
 *
 * @param alone whether callers come one by one and write themselves, for which they must not be interrupted, since to wake
 * up a writer takes longer than the write
 * @param interval how long an acknowledged record waits at most; zero: who writes does all of it before a caller is told, once
 * a segment is large, so that nothing is pending after an answer
 * @param segment bytes that make a segment large
 * @param kept bytes of segments at which targets are forced
 * @param force after how long they are at the latest
 */
record Pace(boolean alone, Duration interval, long segment, long kept, Duration force) {
  private static final Pace BEHIND = new Pace(false, Duration.ofMillis(300), 4 << 20, 64 << 20, Duration.ofSeconds(10));
  private static final Pace AT_ONCE = new Pace(true, Duration.ZERO, 1 << 20, 1 << 20, Duration.ZERO);

  /** The pace of a process that runs all the time, or of one that is frozen between requests. */
  static Pace of(boolean atOnce) {
    return atOnce ? AT_ONCE : BEHIND;
  }

  boolean isBehind() {
    return interval.isPositive();
  }
}
