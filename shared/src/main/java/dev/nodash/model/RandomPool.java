package dev.nodash.model;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Numbers of a {@link SecureRandom}, drawn {@value #DRAWN} bytes at a time: one draw costs about as much as a hundred
 * numbers do. They are unpredictable to whoever does not read this process's memory. Between draws nobody holds a lock.
 *
 * <p>A pool belongs to a deployment and is made anew with it: a copy of its memory would hand out the same numbers.
 */
public final class RandomPool implements RandomGenerator {
  private static final int DRAWN = 4096;

  private final SecureRandom source = new SecureRandom();
  private volatile Draw draw = new Draw(new byte[0]);

  /** Bytes that are handed out once each. */
  private static final class Draw {
    private final ByteBuffer bytes;
    /** Where the first is that was not. */
    private final AtomicInteger next = new AtomicInteger();

    Draw(byte[] bytes) {
      this.bytes = ByteBuffer.wrap(bytes);
    }
  }

  @Override
  public long nextLong() {
    while (true) {
      var current = draw;
      int at = current.next.getAndAdd(Long.BYTES);
      if (at + Long.BYTES <= current.bytes.limit()) {
        return current.bytes.getLong(at);
      }
      renew(current);
    }
  }

  private synchronized void renew(Draw spent) {
    if (draw == spent) {
      var bytes = new byte[DRAWN];
      source.nextBytes(bytes);
      draw = new Draw(bytes);
    }
  }

  /** A UUID of version 4 (RFC 9562). */
  public UUID nextUuid() {
    return Uuids.withVersion(4, nextLong(), nextLong());
  }
}
