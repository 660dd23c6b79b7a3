package dev.nodash.storage.flatfile;

import dev.nodash.storage.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the writer of a journal: every {@link Pace#interval()}, and when a segment is large, on a thread of its own; or, if
 * nothing may be behind, in the writer's. Where forces are slow it comes less often, since a new segment costs the writer two
 * more of them.
 */
final class Distributor {
  private static final Logger LOG = LoggerFactory.getLogger(Distributor.class);
  private static final int APPENDS_A_SEGMENT = 20;
  private static final Duration MOST_INTERVAL = Duration.ofSeconds(8);

  private final DataFolder folder;
  private final Pace pace;
  private final CurrentSegment current;
  private final Distribution distribution;
  private final Thread thread = Thread.ofPlatform().name("nodash-flatfile-distributor").daemon().unstarted(this::run);
  private volatile long lastAppend;
  private volatile boolean ending;

  Distributor(DataFolder folder, Pace pace, CurrentSegment current, Distribution distribution) {
    this.folder = folder;
    this.pace = pace;
    this.current = current;
    this.distribution = distribution;
  }

  void start() {
    if (pace.isBehind()) {
      thread.start();
    }
  }

  /** Comes no more of itself; answers whether it was done in time. */
  boolean end(Duration patience) throws InterruptedException {
    ending = true;
    LockSupport.unpark(thread);
    return !thread.isAlive() || thread.join(patience);
  }

  /**
   * Is told by the writer that the segment has grown.
   *
   * @param nanos how long that took
   */
  void follow(long nanos) {
    lastAppend = nanos;
    if (current.isFull() && pace.isBehind()) {
      LockSupport.unpark(thread);
    } else if (current.isFull()) {
      tryToBringBehind();
    }
  }

  /**
   * Brings all to its targets. While something cannot be, no segment is closed but full ones, so that they do not become
   * many.
   */
  void bringBehind() throws IOException {
    synchronized (distribution) {
      distribution.run();
      current.take().forEach(distribution::add);
      distribution.run();
    }
  }

  private void run() {
    while (!ending && folder.poison().fault().isEmpty()) {
      LockSupport.parkNanos(
          Math.clamp(APPENDS_A_SEGMENT * lastAppend, pace.interval().toNanos(), MOST_INTERVAL.toNanos()));
      tryToBringBehind();
    }
  }

  private void tryToBringBehind() {
    try {
      bringBehindOrMakeRoom();
    } catch (IOException | StoreException e) {
      LOG.debug("no room can be made in {} either", folder.root(), e);
    } catch (RuntimeException | Error e) {
      folder.poison().set("the journal cannot be brought to its files", e);
    }
  }

  /** Where a full disk has no room for the rest, what is at its targets is let go of. */
  private void bringBehindOrMakeRoom() throws IOException {
    try {
      bringBehind();
      prepareNext();
      distribution.settleIfDue(this::bringFullBehind);
    } catch (IOException | StoreException e) {
      LOG.warn("cannot bring the journal of {} to its files yet: {}", folder.root(), e.toString());
      distribution.makeRoom();
    }
  }

  private void bringFullBehind() throws IOException {
    if (current.isFull()) {
      bringBehind();
      prepareNext();
    }
  }

  /** Not where the process is frozen between requests: what was prepared would stay. */
  private void prepareNext() {
    if (!pace.alone()) {
      try {
        current.prepare();
      } catch (IOException e) {
        LOG.debug("no segment is prepared in {}; the next one grows as it is written", folder.root(), e);
      }
    }
  }
}
