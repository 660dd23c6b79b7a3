package dev.nodash.middleware;

import dev.nodash.contract.Calls;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of batches are worked on at the same time: a batch takes several times its size while it is read, stored and
 * answered, of a heap that may be small.
 */
final class BatchRoom {
  private static final int PART_OF_HEAP = 16;

  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /** Room for one batch of the largest size at least. */
  BatchRoom() {
    this.most = Math.max(Calls.MAX_BATCH_BYTES, Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
  }

  /** Takes the bytes wholly or not at all; answers whether it did. */
  boolean take(int bytes) {
    if (taken.addAndGet(bytes) <= most) {
      return true;
    }
    give(bytes);
    return false;
  }

  void give(int bytes) {
    taken.addAndGet(-bytes);
  }
}
