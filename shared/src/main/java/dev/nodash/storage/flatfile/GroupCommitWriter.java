package dev.nodash.storage.flatfile;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.RecentIds;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.flatfile.Append.Line;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes events: it takes all that waits, commits it, tells the callers and starts over, so that
 * the number of forces does not grow with the number of callers.
 */
final class GroupCommitWriter {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommitWriter.class);

  private final PartitionFiles files;
  private final RecentIds index;
  private final Clock clock;
  private final Poison poison;
  private final CommitQueue queue;
  private final Duration deadline;
  private final Thread thread = Thread.ofPlatform().name("nodash-flatfile-writer").daemon().unstarted(this::run);

  GroupCommitWriter(PartitionFiles files, RecentIds index, Clock clock, Poison poison, CommitQueue queue,
      Duration deadline) {
    this.files = files;
    this.index = index;
    this.clock = clock;
    this.poison = poison;
    this.queue = queue;
    this.deadline = deadline;
  }

  void start() {
    thread.start();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  int waiting() {
    return queue.events();
  }

  /** Waits until the lines are durable, at most for the deadline; answers the ids that were stored before. */
  Set<EventId> append(Tenant tenant, List<Line> lines) {
    poison.check();
    var append = new Append(tenant, lines);
    queue.add(append);
    try {
      return append.outcome().get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return givenUp(append, "within " + deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return givenUp(append, "before the caller was interrupted");
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  /** Writes what waits, then ends. */
  void close() {
    queue.close();
    try {
      if (thread.isAlive() && !thread.join(deadline)) {
        LOG.error("the writer did not end within {}: the disk does not answer", deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Set<EventId> givenUp(Append append, String when) {
    if (queue.withdraw(append)) {
      throw new StoreUnavailable("the disk did not come to it " + when);
    }
    if (append.outcome().isDone()) {
      try {
        return append.outcome().join();
      } catch (CompletionException e) {
        throw failure(e);
      }
    }
    throw new OutcomeUnknown("the disk did not answer " + when);
  }

  private static StoreException failure(Exception e) {
    return e.getCause() instanceof StoreException known ? known : new OutcomeUnknown("the writer failed", e);
  }

  private void run() {
    for (var appends = queue.take(); !appends.isEmpty(); appends = queue.take()) {
      commit(appends);
    }
  }

  private void commit(List<Append> appends) {
    try {
      new Commit(index, appends, clock.instant()).write(files);
    } catch (Throwable e) {
      poison.set("the writer failed", e);
      appends.forEach(append -> append.outcome().completeExceptionally(new OutcomeUnknown("the writer failed", e)));
    }
  }
}
