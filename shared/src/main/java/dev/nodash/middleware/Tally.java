package dev.nodash.middleware;

import dev.nodash.middleware.Rejection.ByEngine;
import dev.nodash.middleware.Rejection.Internal;
import dev.nodash.middleware.Rejection.Overloaded;
import dev.nodash.middleware.Rejection.RateLimited;
import dev.nodash.middleware.Rejection.TooManyFailures;
import dev.nodash.middleware.Rejection.Unavailable;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * Counts the events that calls bring, and what was told of each. What was received is counted before anything else, a batch as
 * one until it is read, and not derived from the outcomes; so when no call is under way the two sides must balance, and an
 * event that vanishes shows.
 */
public final class Tally {

  /** What a client was told of its event. */
  public enum Outcome {
    /** It is stored. */
    STORED,
    /** It was stored before. */
    DUPLICATE,
    /** It is not acceptable, or the store refuses what it holds. */
    REJECTED,
    /** The quota is spent. */
    LIMITED,
    /** This process has no room for it. */
    SHED,
    /** The store, or the limiter before it, cannot take it now. */
    UNAVAILABLE,
    /** It may be stored or not. */
    UNKNOWN;

    /** As it is called in logs and metrics. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Outcome of(Rejection rejection) {
      return switch (rejection) {
        case RateLimited _,TooManyFailures _ -> LIMITED;
        case Overloaded _ -> SHED;
        case Unavailable _ -> UNAVAILABLE;
        case Internal _ -> UNKNOWN;
        case ByEngine it -> it.status() == 503 ? SHED : REJECTED;
        default -> REJECTED;
      };
    }
  }

  /** What was counted at one moment. */
  public record Counts(long received, Map<Outcome, Long> outcomes) {
    public Counts {
      outcomes = Map.copyOf(outcomes);
    }

    /** Whether every event that was received has its outcome. */
    public boolean isBalanced() {
      return received == outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** As one line: {@code received 5 = stored 3 + duplicate 0 + …}, with {@code ≠} if they do not balance. */
    @Override
    public String toString() {
      return Arrays.stream(Outcome.values())
          .map(outcome -> outcome.label() + " " + outcomes.getOrDefault(outcome, 0L))
          .collect(Collectors.joining(" + ", "received " + received + (isBalanced() ? " = " : " ≠ "), ""));
    }
  }

  private final LongAdder received = new LongAdder();
  private final EnumMap<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);

  Tally() {
    for (var outcome : Outcome.values()) {
      outcomes.put(outcome, new LongAdder());
    }
  }

  /** Counts events that were received; fewer than none where one was counted for a batch of none. */
  void receive(int events) {
    received.add(events);
  }

  void end(Map<Outcome, Integer> ended) {
    ended.forEach((outcome, count) -> Objects.requireNonNull(outcomes.get(outcome)).add(count));
  }

  /** What was counted so far; exact while no call is under way. */
  public Counts counts() {
    var ended = new EnumMap<Outcome, Long>(Outcome.class);
    outcomes.forEach((outcome, count) -> ended.put(outcome, count.sum()));
    return new Counts(received.sum(), ended);
  }
}
