package dev.nodash.storage.dynamodb;

import java.time.Duration;
import java.util.Collection;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/** How often and how long one operation of a port tries: at most {@value #MAX} times, with pauses that differ by chance. */
final class Tries {
  static final int MAX = 5;
  /** Full jitter, doubled from try to try: after throttling, and after losing against another writer of the same item. */
  private static final BackoffStrategy THROTTLED = BackoffStrategy.exponentialDelay(Duration.ofMillis(50),
      Duration.ofSeconds(1));
  private static final BackoffStrategy LOST = BackoffStrategy.exponentialDelay(Duration.ofMillis(2),
      Duration.ofMillis(50));

  private final long start = System.nanoTime();
  private final Duration time;
  private int made = 1;
  private boolean certain = true;

  /**
   * The first try is now.
   *
   * @param time within which the last one begins
   */
  Tries(Duration time) {
    this.time = time;
  }

  /** Whether there is another try after a fault; waits for its time. */
  boolean again(Fault fault) {
    certain &= fault.isCertain();
    return fault.isPassing() && next(THROTTLED);
  }

  /** Whether there is another try for the statements of a batch that had these faults, all passing; waits for its time. */
  boolean again(Collection<Fault> faults) {
    certain &= faults.stream().allMatch(Fault::isCertain);
    return next(THROTTLED);
  }

  /**
   * Whether there is another try after somebody else wrote the item first. The first two follow at once: whoever was first
   * has to read before it writes again, and so is second then.
   */
  boolean afterLosing() {
    return next(made <= 2 ? BackoffStrategy.retryImmediately() : LOST);
  }

  /** Whether no try so far can have written anything. */
  boolean isCertain() {
    return certain;
  }

  private boolean next(BackoffStrategy strategy) {
    var pause = strategy.computeDelay(made);
    if (made == MAX || System.nanoTime() - start + pause.toNanos() > time.toNanos()) {
      return false;
    }
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    made++;
    return true;
  }
}
