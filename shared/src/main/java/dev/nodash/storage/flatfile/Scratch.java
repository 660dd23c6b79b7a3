package dev.nodash.storage.flatfile;

import java.nio.ByteBuffer;

/**
 * Memory for one piece after the other. It is outside the heap, where each large piece would outlive the young generation,
 * and grows once, since what it leaves is not freed before the old generation is collected.
 */
final class Scratch {
  private static final int SMALL = 1 << 18;
  /** A larger piece is not kept. */
  private static final int LARGE = 8 << 20;

  private ByteBuffer kept = ByteBuffer.allocateDirect(0);

  /** So many bytes, whatever is in them, until the next call. */
  ByteBuffer of(int size) {
    if (size > LARGE) {
      return ByteBuffer.allocateDirect(size);
    }
    if (size > kept.capacity()) {
      kept = ByteBuffer.allocateDirect(size > SMALL ? LARGE : SMALL);
    }
    return kept.clear().limit(size);
  }
}
