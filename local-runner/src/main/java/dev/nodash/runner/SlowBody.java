package dev.nodash.runner;

import dev.nodash.http.Body;
import dev.nodash.http.Body.Fault;
import dev.nodash.http.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;

/**
 * Reads a body that had not arrived with its head, on a virtual thread: none of the engine's own waits for the client.
 *
 * <ul>
 * <li>Keeps as many bytes as the route can use, in memory taken from the {@link BodyRoom}, and counts the others.
 * <li>Gives up a body that is still coming when its time is over. A single read waits for as long at most, since the
 * engine ends it.
 * <li>Goes on a while past the largest body there may be, since a client that is cut off while it writes does not read
 * why.
 * </ul>
 */
final class SlowBody implements AutoCloseable {
  private static final int MOST_BYTES = 2 * HttpRequest.MAX_BODY_BYTES;
  private static final int CHUNK = 4 << 10;

  private final BodyRoom room;
  private final int keep;
  private final long start = System.nanoTime();
  private final Duration patience;
  private byte[] kept = new byte[0];
  private long size;

  /**
   * Takes nothing yet.
   *
   * @param keep bytes to keep at most; the room has them back on {@link #close()}
   * @param patience how long the body may take to arrive
   */
  SlowBody(BodyRoom room, int keep, Duration patience) {
    this.room = room;
    this.keep = keep;
    this.patience = patience;
  }

  Body read(InputStream in) {
    try {
      return readable(in);
    } catch (SocketTimeoutException e) {
      return Body.unread(Fault.LATE);
    } catch (IOException e) {
      return Body.unread(e.getCause() instanceof SocketTimeoutException ? Fault.LATE : Fault.CUT);
    }
  }

  private Body readable(InputStream in) throws IOException {
    var passed = new byte[CHUNK];
    while (size <= MOST_BYTES) {
      if (size == kept.length && size < keep && !grow()) {
        return Body.unread(Fault.NO_ROOM);
      }
      int n = size < kept.length ? in.read(kept, (int) size, kept.length - (int) size) : in.read(passed);
      if (n < 0) {
        return new Body(size < kept.length ? Arrays.copyOf(kept, (int) size) : kept, size);
      }
      size += n;
      if (System.nanoTime() - start > patience.toNanos()) {
        return Body.unread(Fault.LATE);
      }
    }
    return new Body(kept, size);
  }

  private boolean grow() {
    int more = Math.min(Math.max(kept.length, CHUNK), keep - kept.length);
    if (!room.take(more)) {
      return false;
    }
    kept = Arrays.copyOf(kept, kept.length + more);
    return true;
  }

  @Override
  public void close() {
    room.give(kept.length);
  }
}
