package dev.nodash.runner;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that all bodies under way share, so that many large or slow ones cannot use it up. */
final class BodyRoom {
  /** A part of the heap that leaves the rest to what is done with the bodies. */
  private static final int PART_OF_HEAP = 8;

  private final AtomicLong free;

  BodyRoom(long bytes) {
    this.free = new AtomicLong(bytes);
  }

  static BodyRoom ofHeap() {
    return new BodyRoom(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
  }

  /** Takes the bytes wholly or not at all; answers whether it did. */
  boolean take(int bytes) {
    if (free.addAndGet(-bytes) >= 0) {
      return true;
    }
    give(bytes);
    return false;
  }

  void give(int bytes) {
    free.addAndGet(bytes);
  }
}
