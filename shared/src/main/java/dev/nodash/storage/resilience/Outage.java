package dev.nodash.storage.resilience;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts calls that went without an engine's answer and says so at most once a minute, not for each of them. */
final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
  private static final Duration BETWEEN = Duration.ofMinutes(1);

  private final String consequence;
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong told = new AtomicLong();
  private final AtomicReference<Instant> last = new AtomicReference<>(Instant.MIN);

  /**
   * Counts nothing yet.
   *
   * @param consequence what becomes of such a call, for the log
   */
  Outage(String consequence) {
    this.consequence = consequence;
  }

  void count(RuntimeException failure, Instant now) {
    calls.incrementAndGet();
    var before = last.get();
    if (!now.minus(BETWEEN).isBefore(before) && last.compareAndSet(before, now)) {
      var sum = calls.get();
      LOG.warn("{}, for {} calls since this was last said: {}", consequence, sum - told.getAndSet(sum),
          failure.getMessage());
    }
  }

  /** How many calls went without an answer so far. */
  long calls() {
    return calls.get();
  }
}
