package dev.nodash.storage.flatfile;

import dev.nodash.storage.flatfile.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Walks the whole lines of a file; bytes after the last line end are passed over. */
final class Lines {
  private static final int CHUNK = 1 << 16;

  private Lines() {}

  /** Takes each line without its end, numbered from 1; a line that is too long comes as an empty one. */
  interface Visitor {

    /** Answers whether to go on. */
    boolean line(long number, byte[] line);
  }

  static void forEach(DiskFile file, long length, Visitor visitor) throws IOException {
    var buffer = new byte[CHUNK];
    var kept = 0;
    var tooLong = false;
    var number = 0L;
    for (long position = 0; position < length;) {
      if (kept == EventLine.MAX_BYTES) {
        tooLong = true;
        kept = 0;
      } else if (kept == buffer.length) {
        buffer = Arrays.copyOf(buffer, buffer.length * 2);
      }
      var room = (int) Math.min(buffer.length - kept, length - position);
      var read = file.read(ByteBuffer.wrap(buffer, kept, room), position);
      if (read < 0) {
        return;
      }
      position += read;
      var end = kept + read;
      var start = 0;
      for (int i = kept; i < end; i++) {
        if (buffer[i] == '\n') {
          if (!visitor.line(++number, tooLong ? new byte[0] : Arrays.copyOfRange(buffer, start, i))) {
            return;
          }
          tooLong = false;
          start = i + 1;
        }
      }
      System.arraycopy(buffer, start, buffer, 0, end - start);
      kept = end - start;
    }
  }

  /** Where the last whole line ends. */
  static long end(DiskFile file) throws IOException {
    var buffer = new byte[CHUNK];
    var end = file.size();
    if (end > 0 && file.read(ByteBuffer.wrap(buffer, 0, 1), end - 1) == 1 && buffer[0] == '\n') {
      return end;
    }
    while (end > 0) {
      var from = Math.max(0, end - CHUNK);
      var chunk = ByteBuffer.wrap(buffer, 0, (int) (end - from));
      while (chunk.hasRemaining() && file.read(chunk, from + chunk.position()) > 0) {
        // Reads on until the chunk is full.
      }
      for (int i = chunk.position() - 1; i >= 0; i--) {
        if (buffer[i] == '\n') {
          return from + i + 1;
        }
      }
      end = from;
    }
    return 0;
  }
}
