package dev.nodash.config;

import dev.nodash.storage.Retention;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes old events in the background: every minute a bounded number of them, so that it is in nobody's way. */
final class RetentionJob implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionJob.class);
  private static final int MINUTES = 1;

  private final Retention store;
  private final Duration keep;
  private final Clock clock;
  private final ScheduledExecutorService timer = Executors
      .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("nodash-retention").factory());
  private final ScheduledFuture<?> task;

  /** Begins in a minute. */
  RetentionJob(Retention store, Duration keep, Clock clock) {
    this.store = store;
    this.keep = keep;
    this.clock = clock;
    this.task = timer.scheduleWithFixedDelay(this::run, MINUTES, MINUTES, TimeUnit.MINUTES);
  }

  private void run() {
    try {
      var cutoff = clock.instant().minus(keep);
      LOG.debug("events before {} are deleted, {}", cutoff, store.deleteBefore(cutoff) ? "more are left" : "all");
    } catch (RuntimeException e) {
      LOG.warn("old events could not be deleted", e);
    }
  }

  @Override
  public void close() {
    task.cancel(true);
    timer.shutdown();
  }
}
