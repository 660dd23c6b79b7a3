package dev.nodash.storage.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/** Values in ClickHouse's format {@code RowBinary}: one after another, numbers with the lowest byte first. */
final class RowBinary {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(16 << 10);

  /** A {@code String}: its length in groups of 7 bits, then its bytes. */
  RowBinary string(String value) {
    var bytes = value.getBytes(UTF_8);
    var length = bytes.length;
    for (; length > 0x7F; length >>>= 7) {
      out.write((length & 0x7F) | 0x80);
    }
    out.write(length);
    out.writeBytes(bytes);
    return this;
  }

  /** A {@code Date}: days since 1970, 16 bits. */
  RowBinary date(LocalDate value) {
    return number(value.toEpochDay(), Short.BYTES);
  }

  /** A {@code DateTime64(3)}: milliseconds since 1970. */
  RowBinary time(Instant value) {
    return number(value.toEpochMilli(), Long.BYTES);
  }

  /** A {@code UUID}: two numbers, the upper half first. */
  RowBinary uuid(UUID value) {
    return number(value.getMostSignificantBits(), Long.BYTES).number(value.getLeastSignificantBits(), Long.BYTES);
  }

  /** A {@code Bool}. */
  RowBinary bool(boolean value) {
    return number(value ? 1 : 0, Byte.BYTES);
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private RowBinary number(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> (i * Byte.SIZE)));
    }
    return this;
  }
}
