package dev.nodash.storage.flatfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.storage.flatfile.Append.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/** What a {@link Segment} holds up to its last whole record, by target; good until the memory of its bytes has others. */
final class Content {
  private final ByteBuffer bytes;
  private final CRC32C checksum = new CRC32C();
  private final Map<String, Places> lines = new LinkedHashMap<>();
  private final Map<String, ByteBuffer> files = new LinkedHashMap<>();
  private Optional<Map<String, Long>> lengths = Optional.empty();
  private byte[] name = new byte[256];
  private String last = "";
  private byte[] lastName = {};

  /** Where the lines for one target are, in their order. */
  final class Places {
    private int[] bounds = new int[16];
    private int size;

    private void add(int from, int end) {
      if (size == bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * size);
      }
      bounds[size++] = from;
      bounds[size++] = end;
    }

    void write(Output output) throws IOException {
      for (int i = 0; i < size; i += 2) {
        output.put(bytes, bounds[i], bounds[i + 1] - bounds[i]);
      }
    }
  }

  /** Reads the bytes from their position to the end of the last record that is whole, where their position is then. */
  Content(ByteBuffer segment) {
    this.bytes = segment.duplicate();
    int end = bytes.limit();
    for (int size = wholeRecord(); size > 0; size = wholeRecord()) {
      int next = bytes.position() + size;
      add(bytes.position(bytes.position() + Records.HEAD).limit(next));
      bytes.limit(end).position(next);
    }
    segment.position(bytes.position());
  }

  Map<String, Places> lines() {
    return lines;
  }

  /** The newest version of each target that is replaced. */
  Map<String, ByteBuffer> files() {
    return files;
  }

  /** How long the targets were before it was distributed, once that began. */
  Optional<Map<String, Long>> lengths() {
    return lengths;
  }

  /** How many bytes the record here has, or none if it is not whole. */
  private int wholeRecord() {
    if (bytes.remaining() < Records.OVERHEAD) {
      return 0;
    }
    int at = bytes.position();
    int end = bytes.limit();
    int size = bytes.getInt(at);
    if (size < Records.OVERHEAD - Records.HEAD || size > end - at - Records.HEAD) {
      return 0;
    }
    checksum.reset();
    checksum.update(bytes.position(at + Records.HEAD).limit(at + Records.HEAD + size));
    bytes.limit(end).position(at);
    byte kind = bytes.get(at + Records.HEAD);
    return (int) checksum.getValue() == bytes.getInt(at + Integer.BYTES) && kind >= Kind.LINE.code()
        && kind <= Records.LENGTHS ? Records.HEAD + size : 0;
  }

  /** Adds the record that the bytes are. */
  private void add(ByteBuffer record) {
    byte kind = record.get();
    if (kind == Records.LENGTHS) {
      var targets = new LinkedHashMap<String, Long>();
      while (record.hasRemaining()) {
        targets.put(name(record), record.getLong());
      }
      lengths = Optional.of(targets);
      return;
    }
    var target = name(record);
    if (kind == Kind.LINE.code()) {
      lines.computeIfAbsent(target, _ -> new Places()).add(record.position(), record.limit());
    } else {
      files.put(target, record.slice());
    }
  }

  /** Most names are the one before. */
  private String name(ByteBuffer record) {
    int length = record.getShort();
    name = length > name.length ? new byte[length] : name;
    record.get(name, 0, length);
    if (!Arrays.equals(name, 0, length, lastName, 0, lastName.length)) {
      lastName = Arrays.copyOf(name, length);
      last = new String(lastName, UTF_8);
    }
    return last;
  }
}
