package dev.nodash.runner;

import dev.nodash.contract.Calls;
import dev.nodash.http.Body;
import dev.nodash.http.Body.Fault;
import dev.nodash.http.HttpRequest;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Optional;

/**
 * A body on its way, one part at a time.
 *
 * <ul>
 * <li>Keeps as many bytes as the route can use and counts the others. The first {@value #SMALL} are everybody's; more is
 * memory from the {@link BodyRoom}, so that large bodies leave none without a place for a small one.
 * <li>Goes on a while past the largest body there may be, since a client that is cut off while it writes does not read
 * why.
 * </ul>
 */
final class IncomingBody implements AutoCloseable {
  private static final int MOST_BYTES = Calls.MAX_BATCH_BYTES + HttpRequest.MAX_BODY_BYTES;
  private static final int SMALL = 4 << 10;
  /** Room is made at once for so many times what has come, if the client says that it will come. */
  private static final int MOST_TIMES = 8;

  private final BodyRoom room;
  private final int keep;
  private final long expected;
  private byte[] kept;
  private long size;
  private int taken;

  /**
   * Takes nothing of the room yet.
   *
   * @param keep bytes to keep at most; the room has them back on {@link #close()}
   * @param expected bytes that will come, as far as the client says
   */
  IncomingBody(BodyRoom room, int keep, long expected) {
    this.room = room;
    this.keep = keep;
    this.expected = expected;
    this.kept = new byte[(int) Math.min(Math.min(keep, SMALL), expected)];
  }

  /** Takes a part in; present when nothing more is to be read, with what there is or why there is nothing. */
  Optional<Body> add(ByteBuf part) {
    while (part.isReadable() && size < keep) {
      if (size == kept.length && !grow()) {
        return Optional.of(Body.unread(Fault.NO_ROOM));
      }
      int bytes = Math.min(part.readableBytes(), kept.length - (int) size);
      part.readBytes(kept, (int) size, bytes);
      size += bytes;
    }
    size += part.readableBytes();
    return size > MOST_BYTES ? Optional.of(body()) : Optional.empty();
  }

  /** What has come so far, as a whole body. */
  Body body() {
    return new Body(size < kept.length ? Arrays.copyOf(kept, (int) size) : kept, size);
  }

  private boolean grow() {
    var isNear = expected > kept.length && expected / MOST_TIMES <= kept.length;
    int more = Math.min(isNear ? (int) expected - kept.length : kept.length, keep - kept.length);
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
