package dev.nodash.storage.flatfile;

import dev.nodash.storage.flatfile.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a power cut left behind the last whole line of a partition: part of a line, or NULs where the length was durable
 * and the bytes were not. It was never acknowledged. It is moved to {@code {partition}.torn}, so that it neither
 * swallows the next event nor is lost; a crash in between may keep it there twice.
 */
final class TornTail {
  private static final Logger LOG = LoggerFactory.getLogger(TornTail.class);
  private static final int CHUNK = 1 << 16;

  private TornTail() {}

  /** Ends the file after its last whole line, durably, and answers its length. */
  static long cut(Disk disk, Durable durable, Path path, DiskFile file) throws IOException {
    var size = file.size();
    var end = Lines.end(file);
    if (end < size) {
      var kept = path.resolveSibling(path.getFileName() + ".torn");
      keep(disk, durable, kept, file, end, size);
      file.truncate(end);
      durable.force(file, path);
      LOG.warn("{}: {} bytes after the last whole line were cut off and kept in {}", path, size - end,
          kept.getFileName());
    }
    return end;
  }

  /** Copies a part of a file, durably, behind what is kept already. */
  static void keep(Disk disk, Durable durable, Path kept, DiskFile from, long start, long end)
      throws IOException {
    try (var to = disk.open(kept)) {
      var target = to.size();
      for (long position = start; position < end;) {
        var chunk = ByteBuffer.allocate((int) Math.min(CHUNK, end - position));
        if (from.read(chunk, position) < 0) {
          break;
        }
        chunk.flip();
        var length = chunk.remaining();
        to.write(chunk, target);
        position += length;
        target += length;
      }
      to.write(ByteBuffer.wrap(new byte[]{'\n'}), target);
      durable.force(to, kept);
    }
    durable.ensureNames(List.of(kept));
  }
}
