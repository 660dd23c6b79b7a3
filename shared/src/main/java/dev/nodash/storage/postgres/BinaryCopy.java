package dev.nodash.storage.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the binary format of COPY, as "COPY, Binary Format" in PostgreSQL's manual describes it: a signature, flags and
 * the length of an extension; for each row the number of its fields, and for each field its length, or -1 for null, and
 * its bytes; then -1. A field has the binary form of its type: text is UTF-8, a uuid 16 bytes, a timestamptz the
 * microseconds since the year 2000, a boolean one byte.
 */
final class BinaryCopy {
  private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
  private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
  private static final int USUAL_BYTES = 32 * 1024;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
  private final DataOutputStream out = new DataOutputStream(bytes);

  BinaryCopy() {
    try {
      out.write(SIGNATURE);
      out.writeInt(0);
      out.writeInt(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a row: a text, a {@link UUID}, an {@link Instant}, a boolean or null for each field. */
  void row(List<@Nullable Object> fields) {
    try {
      out.writeShort(fields.size());
      for (var field : fields) {
        write(field);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(@Nullable Object field) throws IOException {
    switch (field) {
      case null -> out.writeInt(-1);
      case UUID id -> {
        out.writeInt(2 * Long.BYTES);
        out.writeLong(id.getMostSignificantBits());
        out.writeLong(id.getLeastSignificantBits());
      }
      case Instant time -> {
        out.writeInt(Long.BYTES);
        out.writeLong(EPOCH.until(time, ChronoUnit.MICROS));
      }
      case Boolean flag -> {
        out.writeInt(Byte.BYTES);
        out.writeBoolean(flag);
      }
      default -> {
        var text = field.toString().getBytes(UTF_8);
        out.writeInt(text.length);
        out.write(text);
      }
    }
  }

  /** All of it, with its end. */
  byte[] toByteArray() {
    try {
      out.writeShort(-1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
