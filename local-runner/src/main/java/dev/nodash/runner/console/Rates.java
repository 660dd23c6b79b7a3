package dev.nodash.runner.console;

import dev.nodash.middleware.Tally.Counts;
import dev.nodash.middleware.Tally.Outcome;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** How many calls had which outcome in each of the last {@value #SECONDS} seconds. */
final class Rates {
  private static final int SECONDS = 300;

  private final ArrayDeque<Second> seconds = new ArrayDeque<>();
  private List<Long> before = List.of();
  private long current = Long.MIN_VALUE;

  /**
   * A second that is over.
   *
   * @param at since the epoch
   * @param calls by the order of the outcomes
   */
  record Second(long at, List<Long> calls) {}

  /** Takes what was counted until now; to be called more often than once a second. */
  synchronized void take(long second, Counts counts) {
    if (second <= current) {
      return;
    }
    var now = Arrays.stream(Outcome.values()).map(it -> counts.outcomes().getOrDefault(it, 0L)).toList();
    if (current != Long.MIN_VALUE) {
      var had = before;
      seconds.addLast(
          new Second(current, IntStream.range(0, now.size()).mapToObj(i -> now.get(i) - had.get(i)).toList()));
      if (seconds.size() > SECONDS) {
        seconds.removeFirst();
      }
    }
    before = now;
    current = second;
  }

  /** Those later than one. */
  synchronized List<Second> after(long at) {
    return seconds.stream().filter(second -> second.at > at).toList();
  }
}
