package dev.nodash.storage.flatfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.json.Bytes;
import dev.nodash.storage.Receipt;
import dev.nodash.storage.flatfile.Append.Entry;
import dev.nodash.storage.flatfile.Append.Kind;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Records one behind the other, as they stand in a {@link Segment}. Who brings them makes them, so that the one thread that
 * writes has nothing to do but that.
 */
final class Records {
  /** Beside those of {@link Kind}: how long the targets were. */
  static final byte LENGTHS = 3;
  /** Bytes before those that the checksum is of. */
  static final int HEAD = 2 * Integer.BYTES;
  /** Bytes of a record besides its target's name and what is for the target. */
  static final int OVERHEAD = HEAD + 1 + Short.BYTES;

  private final Bytes bytes;
  private final CRC32C checksum = new CRC32C();
  private String lastTarget = "";
  private byte[] lastName = {};

  /**
   * None yet.
   *
   * @param room how many bytes they will have, about
   */
  Records(int room) {
    bytes = new Bytes(room);
  }

  /**
   * One more.
   *
   * @param target the file that it is for, relative to the journal's root
   * @param receipt of an event
   * @param body puts what is for the target
   */
  Entry add(Kind kind, String target, Optional<Receipt> receipt, Consumer<Bytes> body) {
    int from = begin(kind.code());
    name(target);
    int bodyFrom = bytes.size();
    body.accept(bytes);
    end(from);
    return new Entry(bytes, from, bodyFrom, bytes.size(), receipt);
  }

  /** Begins one of this code, whose bytes follow until its {@link #end}; answers where. */
  int begin(byte code) {
    int from = bytes.size();
    bytes.putLong(0).put((char) code);
    return from;
  }

  /** Puts a name and how long it is. */
  Bytes name(String target) {
    if (!target.equals(lastTarget)) {
      lastTarget = target;
      lastName = target.getBytes(UTF_8);
    }
    return bytes.putShort(lastName.length).put(lastName);
  }

  /** Makes the one that began there whole. */
  void end(int from) {
    int checked = from + HEAD;
    checksum.reset();
    checksum.update(bytes.array(), checked, bytes.size() - checked);
    bytes.setInt(from, bytes.size() - checked).setInt(from + Integer.BYTES, (int) checksum.getValue());
  }

  Bytes bytes() {
    return bytes;
  }
}
