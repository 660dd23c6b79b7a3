package dev.nodash.storage.flatfile;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.AppendQueue;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.RecentIds;
import dev.nodash.storage.flatfile.Append.Line;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
  private final AppendQueue<Append> queue;
  private final Duration deadline;
  private final Thread thread = Thread.ofPlatform().name("nodash-flatfile-writer").daemon().unstarted(this::run);

  GroupCommitWriter(PartitionFiles files, RecentIds index, Clock clock, Poison poison, AppendQueue<Append> queue,
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
    return queue.append(new Append(tenant, lines), deadline);
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
