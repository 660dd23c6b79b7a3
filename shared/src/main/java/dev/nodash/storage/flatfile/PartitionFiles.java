package dev.nodash.storage.flatfile;

import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.flatfile.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open partitions: one writer appends, any thread may ask how far a partition is durable.
 *
 * <p>An append is one write and one force. Where the write fails, as on a full disk, the file gets its old length back;
 * where that or a force fails, the store has ended.
 */
final class PartitionFiles {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionFiles.class);
  private static final int MAX_OPEN = 64;
  private static final int BUFFER = 1 << 18;

  private final Disk disk;
  private final Durable durable;
  private final Poison poison;
  private final LinkedHashMap<Path, Open> open = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Path, Long> committed = new ConcurrentHashMap<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

  PartitionFiles(Disk disk, Durable durable, Poison poison) {
    this.disk = disk;
    this.durable = durable;
    this.poison = poison;
  }

  /**
   * Appends the lines and returns once they are durable.
   *
   * @throws StoreUnavailable if certainly none of them was written
   * @throws OutcomeUnknown if some may have been
   */
  void append(Path path, List<byte[]> lines) {
    poison.check();
    var file = opened(path);
    long end;
    try {
      end = write(file.file, lines, file.length);
    } catch (IOException e) {
      throw takenBack(path, file, e);
    }
    try {
      durable.force(file.file, path);
    } catch (IOException e) {
      throw new OutcomeUnknown("cannot force " + path, e);
    }
    file.length = end;
    committed.put(path, end);
  }

  /** How much of a file of this size is known to be durable. Ask for the size first. */
  long durableLength(Path path, long size) {
    return Math.min(size, committed.getOrDefault(path, size));
  }

  void close() {
    open.forEach(PartitionFiles::close);
    open.clear();
    committed.clear();
  }

  private Open opened(Path path) {
    var file = open.get(path);
    if (file == null) {
      try {
        file = new Open(path);
      } catch (IOException e) {
        throw new StoreUnavailable("cannot open " + path, e);
      }
      open.put(path, file);
      closeEldest();
    }
    return file;
  }

  private void closeEldest() {
    if (open.size() > MAX_OPEN) {
      var eldest = open.pollFirstEntry();
      close(eldest.getKey(), eldest.getValue());
      committed.remove(eldest.getKey());
    }
  }

  private static void close(Path path, Open open) {
    try {
      open.file.close();
    } catch (IOException e) {
      LOG.warn("cannot close {}; all that was acknowledged is durable", path, e);
    }
  }

  private long write(DiskFile file, List<byte[]> lines, long position) throws IOException {
    var at = position;
    buffer.clear();
    for (var line : lines) {
      for (int from = 0; from < line.length;) {
        if (!buffer.hasRemaining()) {
          at = flush(file, at);
        }
        var length = Math.min(buffer.remaining(), line.length - from);
        buffer.put(line, from, length);
        from += length;
      }
    }
    return flush(file, at);
  }

  private long flush(DiskFile file, long position) throws IOException {
    var length = buffer.flip().remaining();
    file.write(buffer, position);
    buffer.clear();
    return position + length;
  }

  private RuntimeException takenBack(Path path, Open file, IOException cause) {
    try {
      file.file.truncate(file.length);
      durable.force(file.file, path);
      return new StoreUnavailable("cannot write " + path, cause);
    } catch (IOException e) {
      cause.addSuppressed(e);
      poison.set("cannot take back a failed write of " + path, e);
      return new OutcomeUnknown("cannot take back a failed write of " + path, cause);
    }
  }

  /** A file whose first {@code length} bytes are whole, durable lines. */
  private final class Open {
    final DiskFile file;
    long length;

    Open(Path path) throws IOException {
      durable.ensureFolder(Disk.folderOf(path));
      file = disk.open(path);
      try {
        length = TornTail.cut(disk, durable, path, file);
        durable.ensureName(path);
        committed.put(path, length);
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    }
  }
}
