package dev.nodash.middleware;

import dev.nodash.contract.Calls;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of batches are here at the same time, and turns at being worked on: a batch takes about ten times its size
 * between being read and being stored. In a heap that is small, what waits with all its events outlives the young generation,
 * and to collect it then takes longer than to store it. Who waits for long goes on without a turn, so that a slow store keeps
 * nobody who has room.
 */
final class BatchRoom {
  private static final int PART_OF_HEAP = 16;
  /** Ten times that is what the collector lets survive in the young generation, by its defaults. */
  private static final int WORKED_ON_PART_OF_HEAP = 384;
  private static final long PATIENCE_MILLIS = 250;

  private final long most;
  private final AtomicLong taken = new AtomicLong();
  private final int turns;
  private final Semaphore free;

  /**
   * Room for one batch of the largest size at least.
   *
   * @param heap bytes, {@value #WORKED_ON_PART_OF_HEAP} or more
   */
  BatchRoom(long heap) {
    this.most = Math.max(Calls.MAX_BATCH_BYTES, heap / PART_OF_HEAP);
    this.turns = (int) Math.min(Integer.MAX_VALUE, heap / WORKED_ON_PART_OF_HEAP);
    this.free = new Semaphore(turns, true);
  }

  /** Takes the bytes wholly or not at all; answers whether it did. */
  boolean take(int bytes) {
    if (taken.addAndGet(bytes) <= most) {
      return true;
    }
    give(bytes);
    return false;
  }

  /** Gives back what was taken. */
  void give(int bytes) {
    taken.addAndGet(-bytes);
  }

  /** Waits for a turn, in the order of coming and a quarter of a second at most; answers whether it came. */
  boolean awaitTurn(int bytes) {
    try {
      return free.tryAcquire(turns(bytes), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Gives a turn back that came. */
  void endTurn(int bytes) {
    free.release(turns(bytes));
  }

  /** A large one takes them all. */
  private int turns(int bytes) {
    return Math.min(bytes, turns);
  }
}
