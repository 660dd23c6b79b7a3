package dev.nodash.storage.flatfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.flatfile.Append.Entry;
import dev.nodash.storage.flatfile.Append.Kind;
import dev.nodash.storage.flatfile.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
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
  private static final int HEAD = 2 * Integer.BYTES;
  private static final byte LENGTHS = 3;
  /** Bytes that are made room for at a time; many more at once keep the force of another segment waiting. */
  static final int LEAST_ROOM = 1 << 17;
  private static final ByteBuffer NULS = ByteBuffer.allocateDirect(LEAST_ROOM).asReadOnlyBuffer();

  private final DataFolder folder;
  private final Path path;
  private final DiskFile file;
  private final CRC32C checksum = new CRC32C();
  private long length;

  /** A record's entry as it was read; the bytes are those of the whole segment, until another is read. */
  record Stored(Kind kind, String target, ByteBuffer bytes) {}

  /**
   * What a segment holds.
   *
   * @param lengths of the targets before it was distributed, once that began
   */
  record Content(List<Stored> entries, Optional<Map<String, Long>> lengths) {}

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
   * @throws StoreUnavailable if certainly none of them was written
   * @throws OutcomeUnknown if some may have been
   */
  void append(List<Entry> entries, Output output) {
    var pieces = new ArrayList<ByteBuffer>(2 * entries.size());
    for (var entry : entries) {
      pieces.add(head(entry));
      pieces.add(ByteBuffer.wrap(entry.bytes()));
    }
    long end;
    try {
      end = output.write(file, pieces, length);
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

  /** All of an entry's record but its bytes. */
  private ByteBuffer head(Entry entry) {
    var target = entry.target().getBytes(UTF_8);
    var head = ByteBuffer.allocate(HEAD + 1 + Short.BYTES + target.length).position(HEAD).put(entry.kind().code())
        .putShort((short) target.length).put(target).flip();
    checksum.reset();
    checksum.update(head.slice(HEAD, head.limit() - HEAD));
    checksum.update(entry.bytes());
    return head.putInt(0, head.limit() - HEAD + entry.bytes().length).putInt(Integer.BYTES, (int) checksum.getValue());
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
    var names = new ArrayList<byte[]>();
    int size = 1;
    for (var target : lengths.keySet()) {
      names.add(target.getBytes(UTF_8));
      size += Short.BYTES + names.getLast().length + Long.BYTES;
    }
    var bytes = ByteBuffer.allocate(HEAD + size).position(HEAD).put(LENGTHS);
    int next = 0;
    for (var targetLength : lengths.values()) {
      var name = names.get(next++);
      bytes.putShort((short) name.length).put(name).putLong(targetLength);
    }
    checksum.reset();
    checksum.update(bytes.array(), HEAD, size);
    bytes.putInt(0, size).putInt(Integer.BYTES, (int) checksum.getValue());
    try {
      file.write(bytes.flip(), length);
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
    all.flip();
    var entries = new ArrayList<Stored>();
    Optional<Map<String, Long>> lengths = Optional.empty();
    while (isWhole(all)) {
      var record = all.slice(all.position() + HEAD, all.getInt(all.position()));
      all.position(all.position() + HEAD + record.limit());
      byte kind = record.get();
      if (kind == LENGTHS) {
        lengths = Optional.of(lengths(record));
      } else {
        entries.add(new Stored(kind == Kind.LINE.code() ? Kind.LINE : Kind.FILE, name(record), record));
      }
    }
    if (all.hasRemaining()) {
      cut(all);
    }
    return new Content(entries, lengths);
  }

  private boolean isWhole(ByteBuffer all) {
    if (all.remaining() < HEAD) {
      return false;
    }
    int size = all.getInt(all.position());
    if (size < 1 + Short.BYTES || size > all.remaining() - HEAD) {
      return false;
    }
    checksum.reset();
    checksum.update(all.slice(all.position() + HEAD, size));
    byte kind = all.get(all.position() + HEAD);
    return (int) checksum.getValue() == all.getInt(all.position() + Integer.BYTES) && kind >= Kind.LINE.code()
        && kind <= LENGTHS;
  }

  private static Map<String, Long> lengths(ByteBuffer record) {
    var lengths = new LinkedHashMap<String, Long>();
    while (record.hasRemaining()) {
      lengths.put(name(record), record.getLong());
    }
    return lengths;
  }

  private static String name(ByteBuffer record) {
    var bytes = new byte[record.getShort()];
    record.get(bytes);
    return new String(bytes, UTF_8);
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
