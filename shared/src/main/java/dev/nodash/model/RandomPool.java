package dev.nodash.model;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Numbers of a {@link SecureRandom}, drawn {@value #DRAWN} bytes at a time: one draw costs about as much as a hundred
 * numbers do. They are unpredictable to whoever does not read this process's memory.
 *
 * <p>A pool belongs to a deployment and is made anew with it: a copy of its memory would hand out the same numbers.
 */
public final class RandomPool implements RandomGenerator {
  private static final int DRAWN = 4096;

  private final SecureRandom source = new SecureRandom();
  private final byte[] bytes = new byte[DRAWN];
  private final ByteBuffer drawn = ByteBuffer.wrap(bytes).limit(0);

  @Override
  public synchronized long nextLong() {
    if (!drawn.hasRemaining()) {
      source.nextBytes(bytes);
      drawn.clear();
    }
    return drawn.getLong();
  }

  /** A UUID of version 4 (RFC 9562). */
  public UUID nextUuid() {
    return Uuids.withVersion(4, nextLong(), nextLong());
  }
}
