package dev.nodash.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** The bytes of a request's body. They are read once and not copied, so nobody may change them. */
public final class Body {
  public static final Body EMPTY = new Body(new byte[0]);

  private final byte[] bytes;

  public Body(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads a stream to its end, or to one byte more than a body may have. */
  public static Body read(InputStream in) throws IOException {
    return new Body(in.readNBytes(HttpRequest.MAX_BODY_BYTES + 1));
  }

  /** The bytes, cut where {@link #read} would have stopped reading. */
  public static Body cut(byte[] bytes) {
    int end = HttpRequest.MAX_BODY_BYTES + 1;
    return new Body(bytes.length > end ? Arrays.copyOf(bytes, end) : bytes);
  }

  public int size() {
    return bytes.length;
  }

  public byte[] bytes() {
    return bytes;
  }

  /**
   * The body with its content encoding undone. Stops at one byte more than a body may have, so that a bomb costs no more
   * memory than an honest body.
   *
   * @param contentEncoding the header's value; {@code gzip}, {@code identity} or empty
   * @throws UndecodableBody if the encoding is another or the bytes are not in it
   */
  public Body decoded(String contentEncoding) {
    return switch (contentEncoding.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> this;
      case "gzip", "x-gzip" -> size() > HttpRequest.MAX_BODY_BYTES ? this : inflated();
      default -> throw new UndecodableBody("content-encoding: must be gzip or identity");
    };
  }

  private Body inflated() {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return read(in);
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
