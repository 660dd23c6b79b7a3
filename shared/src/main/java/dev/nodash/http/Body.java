package dev.nodash.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * A request's body: its first bytes, as many as its reader keeps, and how many there were. The bytes are read once and
 * not copied, so nobody may change them.
 */
public final class Body {
  public static final Body EMPTY = new Body(new byte[0]);

  private static final int CHUNK = 8 << 10;

  /** Why an edge gave up reading a body. */
  public enum Fault {
    /** It did not arrive in the time that an edge gives it. */
    LATE,
    /** It broke off before its end. */
    CUT,
    /** The bodies under way fill the memory that an edge gives them. */
    NO_ROOM
  }

  private final byte[] bytes;
  private final long size;
  private final Optional<Fault> fault;

  /** A whole body. */
  public Body(byte[] bytes) {
    this(bytes, bytes.length);
  }

  /**
   * A body that had {@code size} bytes, or more where its reader stopped there.
   *
   * @param bytes the first of them
   */
  public Body(byte[] bytes, long size) {
    this(bytes, size, Optional.empty());
  }

  private Body(byte[] bytes, long size, Optional<Fault> fault) {
    this.bytes = bytes;
    this.size = size;
    this.fault = fault;
  }

  /** A body that could not be read. */
  public static Body unread(Fault fault) {
    return new Body(new byte[0], 0, Optional.of(fault));
  }

  /** Reads a stream to its end, or to one byte more than {@code max}, and keeps the first {@code keep} bytes. */
  public static Body read(InputStream in, int keep, int max) throws IOException {
    var kept = in.readNBytes(keep);
    long size = kept.length;
    if (size == keep) {
      var rest = new byte[CHUNK];
      for (int n = 0; n >= 0 && size <= max; size += Math.max(0, n)) {
        n = in.read(rest, 0, (int) Math.min(CHUNK, max + 1L - size));
      }
    }
    return new Body(kept, size);
  }

  /** How many bytes there were, or at least as many as were looked at. */
  public long size() {
    return size;
  }

  /** The bytes kept. */
  public byte[] bytes() {
    return bytes;
  }

  public Optional<Fault> fault() {
    return fault;
  }

  /**
   * The body with its content encoding undone. Inflates no more than one byte over what it may have and keeps no more
   * than {@code keep} of them, so that a bomb costs no more memory than an honest body.
   *
   * @param max bytes that it may have, before and after
   * @param contentEncoding the header's value; {@code gzip}, {@code identity} or empty
   * @throws UndecodableBody if the encoding is another or the bytes are not in it
   */
  public Body decoded(String contentEncoding, int keep, int max) {
    return switch (contentEncoding.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> this;
      case "gzip", "x-gzip" -> size > max ? this : inflated(keep, max);
      default -> throw new UndecodableBody("content-encoding: must be gzip or identity");
    };
  }

  private Body inflated(int keep, int max) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return read(in, keep, max);
    } catch (IOException e) {
      throw new UndecodableBody("body: is not valid gzip");
    }
  }

  /** A body that is not in the encoding its header names; the message is made for the client. */
  public static final class UndecodableBody extends RuntimeException {
    UndecodableBody(String message) {
      super(message, null, false, false);
    }
  }
}
