package dev.nodash.storage.flatfile;

import dev.nodash.storage.flatfile.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Many small pieces, one behind the other, as few large writes to a file. */
final class Output {
  private static final int BUFFER = 1 << 18;

  private final ByteBuffer buffer;
  private final DiskFile file;
  private long position;

  /**
   * Writes to the file from the position on.
   *
   * @param buffer for its use alone until its {@link #end}
   */
  Output(ByteBuffer buffer, DiskFile file, long position) {
    this.buffer = buffer.clear();
    this.file = file;
    this.position = position;
  }

  /** What it gathers pieces in. */
  static ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(BUFFER);
  }

  void put(byte[] bytes, int from, int length) throws IOException {
    for (int done = 0; done < length;) {
      int part = part(length - done);
      buffer.put(bytes, from + done, part);
      done += part;
    }
  }

  void put(ByteBuffer bytes, int from, int length) throws IOException {
    for (int done = 0; done < length;) {
      int part = part(length - done);
      buffer.put(buffer.position(), bytes, from + done, part).position(buffer.position() + part);
      done += part;
    }
  }

  /** Writes what it has gathered; answers where that ends. */
  long end() throws IOException {
    int bytes = buffer.flip().remaining();
    file.write(buffer, position);
    buffer.clear();
    position += bytes;
    return position;
  }

  /** How many of so many bytes there is room for. */
  private int part(int length) throws IOException {
    if (!buffer.hasRemaining()) {
      end();
    }
    return Math.min(buffer.remaining(), length);
  }
}
