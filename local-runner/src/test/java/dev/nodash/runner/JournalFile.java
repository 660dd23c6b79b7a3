package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32C;

/** A segment of the write-ahead journal, read by its documented format and not by the store's code. */
final class JournalFile {
  private static final int HEAD = 8;
  private static final byte LINE = 1;
  private static final byte FILE = 2;

  private JournalFile() {}

  /**
   * Does to the files what the next start will do; answers how many bytes stand behind the last whole record, without the NULs that
   * a segment has in advance.
   *
   * @param contents of the files, by path
   */
  static int apply(byte[] segment, Path root, Map<Path, byte[]> contents) {
    int end = 0;
    for (var record = record(segment, 0); record.hasRemaining(); record = record(segment, end)) {
      end += HEAD + record.remaining();
      if (record.get(0) != LINE && record.get(0) != FILE) {
        giveBack(record.position(1), root, contents);
      }
    }
    int at = 0;
    for (var record = record(segment, 0); record.hasRemaining(); record = record(segment, at)) {
      at += HEAD + record.remaining();
      byte kind = record.get();
      if (kind == LINE || kind == FILE) {
        var path = path(record, root);
        var before = kind == LINE ? contents.getOrDefault(path, new byte[0]) : new byte[0];
        var after = Arrays.copyOf(before, before.length + record.remaining());
        record.get(after, before.length, record.remaining());
        contents.put(path, after);
      }
    }
    int written = segment.length;
    while (written > end && segment[written - 1] == 0) {
      written--;
    }
    return written - end;
  }

  private static void giveBack(ByteBuffer lengths, Path root, Map<Path, byte[]> contents) {
    while (lengths.hasRemaining()) {
      var path = path(lengths, root);
      int length = (int) lengths.getLong();
      contents.computeIfPresent(path, (_, content) -> Arrays.copyOf(content, Math.min(length, content.length)));
    }
  }

  private static Path path(ByteBuffer record, Path root) {
    var name = new byte[record.getShort()];
    record.get(name);
    return root.resolve(new String(name, UTF_8)).normalize();
  }

  /** What follows the checksum; empty at the end and where a record is not whole. */
  private static ByteBuffer record(byte[] segment, int at) {
    var rest = ByteBuffer.wrap(segment, at, segment.length - at).slice();
    if (rest.remaining() < HEAD || rest.getInt(0) <= 0 || rest.getInt(0) > rest.remaining() - HEAD) {
      return ByteBuffer.allocate(0);
    }
    var record = rest.slice(HEAD, rest.getInt(0));
    var checksum = new CRC32C();
    checksum.update(record.duplicate());
    return (int) checksum.getValue() == rest.getInt(4) ? record : ByteBuffer.allocate(0);
  }
}
