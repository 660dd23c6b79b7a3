package dev.nodash.runner;

import dev.nodash.http.Body;
import dev.nodash.http.Body.Fault;
import dev.nodash.http.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Optional;

/**
 * A body on its way, one read at a time.
 *
 * <ul>
 * <li>Keeps as many bytes as the route can use and counts the others. The first {@value #SMALL} are everybody's; more is
 * memory from the {@link BodyRoom}, so that large bodies leave none without a place for a small one.
 * <li>Goes on a while past the largest body there may be, since a client that is cut off while it writes does not read
 * why.
 * </ul>
 */
final class IncomingBody implements AutoCloseable {
  private static final int MOST_BYTES = 2 * HttpRequest.MAX_BODY_BYTES;
  private static final int SMALL = 4 << 10;

  private final BodyRoom room;
  private final int keep;
  private byte[] kept;
  private long size;
  private int taken;

  /**
   * Takes nothing of the room yet.
   *
   * @param keep bytes to keep at most; the room has them back on {@link #close()}
   */
  IncomingBody(BodyRoom room, int keep) {
    this.room = room;
    this.keep = keep;
    this.kept = new byte[Math.min(keep, SMALL)];
  }

  /** Reads once; present when nothing more is to be read. */
  Optional<Body> read(InputStream in) {
    if (size == kept.length && size < keep && !grow()) {
      return Optional.of(Body.unread(Fault.NO_ROOM));
    }
    try {
      int n = size < kept.length
          ? in.read(kept, (int) size, kept.length - (int) size)
          : in.read(new byte[SMALL]);
      size += Math.max(0, n);
      return n < 0 || size > MOST_BYTES ? Optional.of(body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.of(broken(e));
    }
  }

  /** What has come so far, as a whole body. */
  Body body() {
    return new Body(size < kept.length ? Arrays.copyOf(kept, (int) size) : kept, size);
  }

  /** No body, since it could not be read for this reason. */
  static Body broken(Throwable fault) {
    var late = fault instanceof SocketTimeoutException || fault.getCause() instanceof SocketTimeoutException;
    return Body.unread(late ? Fault.LATE : Fault.CUT);
  }

  private boolean grow() {
    int more = Math.min(kept.length, keep - kept.length);
    if (!room.take(more)) {
      return false;
    }
    taken += more;
    kept = Arrays.copyOf(kept, kept.length + more);
    return true;
  }

  @Override
  public void close() {
    room.give(taken);
    taken = 0;
  }
}
