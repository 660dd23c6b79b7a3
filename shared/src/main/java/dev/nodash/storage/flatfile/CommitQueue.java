package dev.nodash.storage.flatfile;

import dev.nodash.storage.StoreUnavailable;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What waits for the writer, bounded by events and bytes: beyond them a caller is told at once. */
final class CommitQueue {

  /**
   * How much may wait, besides what is being written. A single larger append is let in when nothing waits.
   *
   * @param events 1 or more
   * @param bytes of encoded lines, 1 or more
   */
  record Limits(int events, long bytes) {
    static final Limits DEFAULT = new Limits(4096, 16 << 20);
  }

  private final Limits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Append> waiting = new ArrayDeque<>();
  private int events;
  private long bytes;
  private boolean closed;

  CommitQueue(Limits limits) {
    this.limits = limits;
  }

  /**
   * Lets the append wait for the writer.
   *
   * @throws StoreUnavailable if there is no room or the queue is closed
   */
  void add(Append append) {
    lock.lock();
    try {
      if (closed) {
        throw new StoreUnavailable("the store is closed");
      }
      if (!waiting.isEmpty() && !fits(append)) {
        throw new StoreUnavailable(
            "the queue is full: " + events + " events of " + bytes + " bytes wait for the disk");
      }
      waiting.add(append);
      count(append, 1);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Takes the append back; false if the writer has it already. */
  boolean withdraw(Append append) {
    lock.lock();
    try {
      var withdrawn = waiting.remove(append);
      if (withdrawn) {
        count(append, -1);
      }
      return withdrawn;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for something to write and hands out all of it; nothing once the queue is closed and empty. */
  List<Append> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      var all = List.copyOf(waiting);
      waiting.clear();
      events = 0;
      bytes = 0;
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** How many events wait. */
  int events() {
    lock.lock();
    try {
      return events;
    } finally {
      lock.unlock();
    }
  }

  /** Lets nothing in any more; what waits is still handed out. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(Append append) {
    return events + append.lines().size() <= limits.events && bytes + append.bytes() <= limits.bytes;
  }

  private void count(Append append, int sign) {
    events += sign * append.lines().size();
    bytes += sign * append.bytes();
  }
}
