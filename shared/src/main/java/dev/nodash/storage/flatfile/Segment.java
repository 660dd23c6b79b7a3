package dev.nodash.storage.flatfile;

import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.flatfile.Append.Entry;
import dev.nodash.storage.flatfile.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of the write-ahead journal: records one behind the other, numbers big-endian.
 *
 * <pre>
 * int    bytes that follow the checksum
 * int    CRC-32C of them
 * byte   1 a line for a target, 2 the whole of a target, 3 how long the targets were before this segment
 * short  bytes of the target's name                           |  3: for each target the same two and
 * ...    the target, relative to the journal's root, in UTF-8 |  long  its length in bytes
 * ...    the line with its end, or the file
 * </pre>
 *
 * <p>A record that is not whole, or whose checksum is wrong, ends the segment: after a crash it was never acknowledged. If
 * the disk has lost bytes that it had promised to keep, what follows them is kept aside too, and the log says so.
 */
final class Segment {
  private static final Logger LOG = LoggerFactory.getLogger(Segment.class);
  /** Bytes of a target's name and length. */
  private static final int ABOUT_A_LENGTH = 64;
  /** Bytes that are made room for at a time; many more at once keep the force of another segment waiting. */
  static final int LEAST_ROOM = 1 << 17;
  private static final ByteBuffer NULS = ByteBuffer.allocateDirect(LEAST_ROOM).asReadOnlyBuffer();

  private final DataFolder folder;
  private final Path path;
  private final DiskFile file;
  private long length;

  /** Opens a new one, or one of a process that has ended. */
  Segment(DataFolder folder, Path path) throws IOException {
    this.folder = folder;
    this.path = path;
    this.file = folder.disk().open(path);
    try {
      this.length = file.size();
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Opens a new one that is NULs, durably. To force what is written over them later is to force these bytes alone, where a
   * file that grows needs a commit of the file system's own journal, and waits for whatever else is in that.
   *
   * @param room bytes, rounded up to a multiple of {@link #LEAST_ROOM}
   */
  static Segment prepared(DataFolder folder, Path path, long room) throws IOException {
    var segment = new Segment(folder, path);
    try {
      for (long at = 0; at < room; at += LEAST_ROOM) {
        segment.file.write(NULS.duplicate(), at);
        segment.force();
      }
      folder.durable().forceFolder(Disk.folderOf(path));
    } catch (IOException e) {
      segment.close();
      segment.delete();
      throw e;
    }
    return segment;
  }

  /** Makes durable what a process wrote that may have died before it did. */
  void force() throws IOException {
    folder.durable().force(file, path);
  }

  /** Bytes of its records. */
  long length() {
    return length;
  }

  /**
   * Writes the entries and returns once they are durable.
   *
   * @param buffer to gather them in
   * @throws StoreUnavailable if certainly none of them was written
   * @throws OutcomeUnknown if some may have been
   */
  void append(List<Entry> entries, ByteBuffer buffer) {
    long end;
    try {
      var output = new Output(buffer, file, length);
      for (var entry : entries) {
        entry.write(output);
      }
      end = output.end();
    } catch (IOException e) {
      throw takenBack(e);
    }
    try {
      folder.durable().force(file, path);
    } catch (IOException e) {
      throw new OutcomeUnknown("cannot force " + path, e);
    }
    length = end;
  }

  private StoreException takenBack(IOException cause) {
    try {
      file.truncate(length);
      folder.durable().force(file, path);
      return new StoreUnavailable("cannot write " + path, cause);
    } catch (IOException e) {
      cause.addSuppressed(e);
      folder.poison().set("cannot take back a failed write of " + path, e);
      return new OutcomeUnknown("cannot take back a failed write of " + path, cause);
    }
  }

  /** Records, durably, how long the targets are before anything of this segment is appended to them; once. */
  void record(Map<String, Long> lengths) throws IOException {
    var records = new Records(lengths.size() * ABOUT_A_LENGTH);
    int from = records.begin(Records.LENGTHS);
    lengths.forEach((target, targetLength) -> records.name(target).putLong(targetLength));
    records.end(from);
    var bytes = ByteBuffer.wrap(records.bytes().array(), 0, records.bytes().size());
    try {
      file.write(bytes, length);
    } catch (IOException e) {
      throw takenBack(e);
    }
    folder.durable().force(file, path);
    length += bytes.limit();
  }

  /**
   * Reads it to its last whole record. What is behind that, but for NULs at its end, is kept as {@code *.torn}.
   *
   * @param memory where the bytes of the entries are
   */
  Content read(Scratch memory) throws IOException {
    var all = memory.of(Math.toIntExact(length));
    while (all.hasRemaining() && file.read(all, all.position()) > 0) {
      // Reads on until the buffer is full.
    }
    var content = new Content(all.flip());
    if (all.hasRemaining()) {
      cut(all);
    }
    return content;
  }

  private void cut(ByteBuffer rest) throws IOException {
    long end = length - rest.remaining();
    int written = rest.limit();
    while (written > rest.position() && rest.get(written - 1) == 0) {
      written--;
    }
    int torn = written - rest.position();
    if (torn > 0) {
      var kept = path.resolveSibling(path.getFileName() + ".torn");
      LOG.warn("{}: {} bytes behind the last whole record are kept in {}", path, torn, kept.getFileName());
      TornTail.keep(folder.disk(), folder.durable(), kept, file, end, end + torn);
    }
    file.truncate(end);
    folder.durable().force(file, path);
    length = end;
  }

  /** Takes its records away, durably, and the file. To be called once it is closed, so that a kept segment is no open file. */
  void remove() throws IOException {
    try (var again = folder.disk().open(path)) {
      again.truncate(0);
      folder.durable().force(again, path);
    }
    delete();
  }

  private void delete() {
    try {
      folder.disk().delete(path);
    } catch (IOException e) {
      LOG.warn("{} holds nothing and stays until the next start", path, e);
    }
  }

  void close() {
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("cannot close {}; all that was acknowledged is durable", path, e);
    }
  }
}
