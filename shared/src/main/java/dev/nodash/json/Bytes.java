package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Bytes one behind the other, as many as come: text in UTF-8, numbers big-endian. Not safe for several threads. */
public final class Bytes {
  private byte[] bytes;
  private int size;

  /**
   * None yet.
   *
   * @param room how many they will be, about
   */
  public Bytes(int room) {
    bytes = new byte[room];
  }

  /** How many they are. */
  public int size() {
    return size;
  }

  /** They, and room behind them; the array is another once more have come. */
  public byte[] array() {
    return bytes;
  }

  public Bytes put(char ascii) {
    ensure(1);
    bytes[size++] = (byte) ascii;
    return this;
  }

  public Bytes put(byte[] more) {
    ensure(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
    return this;
  }

  public Bytes put(String text) {
    return put(text.getBytes(UTF_8));
  }

  /**
   * Puts the text if each of its characters is ASCII and stands for itself in a JSON string, as in most texts.
   *
   * @return whether it did
   */
  boolean putPlain(String text) {
    int length = text.length();
    ensure(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c >= 0x7F) {
        return false;
      }
      bytes[size + i] = (byte) c;
    }
    size += length;
    return true;
  }

  public Bytes putShort(int value) {
    return put((char) (value >>> 8 & 0xFF)).put((char) (value & 0xFF));
  }

  public Bytes putInt(int value) {
    ensure(Integer.BYTES);
    size += Integer.BYTES;
    return setInt(size - Integer.BYTES, value);
  }

  public Bytes putLong(long value) {
    return putInt((int) (value >>> Integer.SIZE)).putInt((int) value);
  }

  /** Puts the number in the place of what is there. */
  public Bytes setInt(int at, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[at + i] = (byte) (value >>> (Integer.SIZE - Byte.SIZE * (i + 1)));
    }
    return this;
  }

  /** The text that they are. */
  @Override
  public String toString() {
    return new String(bytes, 0, size, UTF_8);
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(size, more)));
    }
  }
}
