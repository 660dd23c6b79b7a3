package dev.nodash.storage.flatfile;

import dev.nodash.model.EventId;
import dev.nodash.storage.AppendQueue;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.Health;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.QueueFull;
import dev.nodash.storage.RecentIds;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write-ahead journal of a data folder: what one round of callers brings becomes durable by one write and one force,
 * whatever files it is for.
 *
 * <pre>
 * {root}/.wal/{number, 16 hexadecimal digits}.wal    a {@link Segment}
 * </pre>
 *
 * <ol>
 * <li>The writer, one thread, takes all that waits, appends it to the current segment, forces it and tells the callers. A
 * caller that comes alone writes by itself.
 * <li>The {@link Distributor} follows: it closes the segment and {@link Distribution} brings its records to their targets,
 * where readers see them; now and then all targets that changed are forced, and then the distributed segments are removed, the
 * oldest first.
 * <li>A start first distributes what segments it finds. A clean end leaves none.
 * </ol>
 *
 * <p>Limits: what is not distributed yet, and what segments hold together, is bounded; beyond it a caller is told at once.
 */
final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  /** Bytes on disk that may wait to be distributed: what some seconds bring while many files are forced. */
  private static final long MOST_WAITING = 64 << 20;
  /** Bytes of segments whose targets are not forced. */
  private static final long MOST_KEPT = 256 << 20;
  /**
   * A commit costs as much processor time as some calls. Where so many were in one and came meanwhile, the writer waits for as
   * many again: for as long as the commit took, and no longer than {@link #MOST_LINGER}.
   */
  private static final int MANY_CALLS = 16;
  private static final Duration MOST_LINGER = Duration.ofMillis(1);

  private final DataFolder folder;
  private final Path wal;
  private final RecentIds index;
  private final Clock clock;
  private final AppendQueue<Append> queue;
  private final Duration deadline;
  private final Pace pace;
  private final Distribution distribution;
  private final Thread writer = Thread.ofPlatform().name("nodash-flatfile-writer").daemon().unstarted(this::write);
  private final CurrentSegment current;
  private final Distributor distributor;
  /** The last segment of another process. */
  private long found;
  /** How long the writer waits for calls at most. */
  private Duration linger = Duration.ZERO;
  private boolean closing;

  Journal(DataFolder folder, RecentIds index, Clock clock, AppendQueue.Limits limits, Duration deadline, Pace pace) {
    this.folder = folder;
    this.wal = folder.root().resolve(".wal");
    this.index = index;
    this.clock = clock;
    this.queue = new AppendQueue<>("the disk", limits, deadline);
    this.deadline = deadline;
    this.pace = pace;
    this.current = new CurrentSegment(folder, wal, pace.segment());
    this.distribution = new Distribution(folder, pace);
    this.distributor = new Distributor(folder, pace, current, distribution);
  }

  /**
   * Brings to their targets what a process left that did not end cleanly; before everything else, and again where it
   * failed and the folder was not at fault for good.
   */
  void recover() throws IOException {
    for (var path : Segments.in(folder.disk(), wal)) {
      if (Segments.number(path) > found) {
        var segment = new Segment(folder, path);
        segment.force();
        distribution.addFound(segment);
        found = Segments.number(path);
        current.startAfter(found);
      }
    }
    try {
      distribution.run();
    } catch (IOException | StoreException e) {
      makeRoom(e);
      throw e;
    }
    distribution.settle();
  }

  /** The next attempt may find it. */
  private void makeRoom(Exception fault) {
    try {
      distribution.makeRoom();
    } catch (IOException | StoreException e) {
      fault.addSuppressed(e);
    }
  }

  /** Is told of whole files that are where readers look. */
  void onReplaced(Consumer<Map<String, ByteBuffer>> listener) {
    distribution.onReplaced(listener);
  }

  /** A target's name in an entry. */
  String target(Path file) {
    return folder.root().relativize(file).toString();
  }

  void start() {
    if (!pace.alone()) {
      writer.start();
    }
    distributor.start();
  }

  boolean isAlive() {
    return writer.isAlive() || pace.alone();
  }

  EventStore.Writing writing() {
    return queue.writing();
  }

  /**
   * Answers the ids of events that were stored before once the entries are durable, at the deadline at the latest.
   *
   * @throws QueueFull if too much waits already
   */
  CompletableFuture<Set<EventId>> append(Append append) {
    folder.poison().check();
    if (distribution.waiting() > MOST_WAITING || distribution.kept() > MOST_KEPT) {
      throw new QueueFull("the files behind the journal do not keep up: " + distribution.waiting() + " bytes wait");
    }
    return pace.alone() ? written(append) : queue.add(append);
  }

  private synchronized CompletableFuture<Set<EventId>> written(Append append) {
    if (closing) {
      throw new StoreUnavailable("the store is closed");
    }
    long start = System.nanoTime();
    commitAll(List.of(append));
    queue.wrote(System.nanoTime() - start);
    return append.outcome();
  }

  /**
   * Brings all that is acknowledged to its targets, so that a reader of them sees it. On a thread of its own, since a
   * reader that is interrupted would close the files.
   */
  void settleForReading() {
    if (folder.poison().fault().isPresent()) {
      return;
    }
    var work = new FutureTask<>(() -> {
      distributor.bringBehind();
      distribution.replace();
      return true;
    });
    Thread.ofPlatform().name("nodash-flatfile-reader").daemon().start(work);
    try {
      work.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailable("the reader was interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new StoreUnavailable("cannot bring the journal to the files of " + folder.root(), e);
    }
  }

  /** Why what is acknowledged cannot be brought to its targets, if so. */
  Health check() {
    return distribution.fault().map(fault -> Health.unhealthy("the files behind the journal: " + fault))
        .orElse(Health.HEALTHY);
  }

  /** Writes what waits, brings all to its targets, durably, and ends; answers whether it did. */
  boolean close() {
    queue.close();
    synchronized (this) {
      closing = true;
    }
    try {
      if ((writer.isAlive() && !writer.join(deadline)) || !distributor.end(deadline)) {
        LOG.error("the journal of {} did not end within {}: the disk does not answer", folder.root(), deadline);
        return false;
      }
      if (folder.poison().fault().isEmpty()) {
        settle();
        current.close();
      }
    } catch (IOException | StoreException e) {
      LOG.error("{} keeps a journal, which the next start brings to its files", folder.root(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    distribution.close();
    return true;
  }

  /** Makes all that is acknowledged durable at its targets. */
  void settle() throws IOException {
    distributor.bringBehind();
    distribution.settle();
  }

  private void write() {
    for (var appends = take(List.of()); !appends.isEmpty(); appends = take(appends)) {
      commitAll(appends);
    }
  }

  private List<Append> take(List<Append> done) {
    return queue.takeAll(done, MANY_CALLS, linger);
  }

  private void commitAll(List<Append> appends) {
    try {
      commit(appends);
    } catch (Throwable e) {
      folder.poison().set("the writer failed", e);
      var unknown = new OutcomeUnknown("the writer failed", e);
      appends.forEach(append -> append.fail(unknown));
    }
  }

  private void commit(List<Append> appends) {
    long start = System.nanoTime();
    var commit = new Commit(index, appends, clock.instant());
    try {
      if (!commit.fresh().isEmpty()) {
        append(commit);
      }
    } catch (StoreException e) {
      commit.tell(e);
      return;
    }
    linger = Duration.ofNanos(Math.min(System.nanoTime() - start, MOST_LINGER.toNanos()));
    commit.tell();
  }

  private void append(Commit commit) {
    folder.poison().check();
    long start = System.nanoTime();
    distribution.wrote(current.append(commit.fresh()));
    commit.succeed();
    distributor.follow(System.nanoTime() - start);
  }
}
