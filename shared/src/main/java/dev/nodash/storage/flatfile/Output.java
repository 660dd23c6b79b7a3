package dev.nodash.storage.flatfile;

import dev.nodash.storage.flatfile.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Many small pieces as few large writes to a file. */
final class Output {
  private static final int BUFFER = 1 << 18;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

  /** Writes the pieces one behind the other from the position on; answers where they end. */
  long write(DiskFile file, Iterable<ByteBuffer> pieces, long position) throws IOException {
    long at = position;
    buffer.clear();
    for (var piece : pieces) {
      for (int from = piece.position(); from < piece.limit();) {
        if (!buffer.hasRemaining()) {
          at = flush(file, at);
        }
        int part = Math.min(buffer.remaining(), piece.limit() - from);
        buffer.put(buffer.position(), piece, from, part).position(buffer.position() + part);
        from += part;
      }
    }
    return flush(file, at);
  }

  private long flush(DiskFile file, long position) throws IOException {
    int bytes = buffer.flip().remaining();
    file.write(buffer, position);
    buffer.clear();
    return position + bytes;
  }
}
