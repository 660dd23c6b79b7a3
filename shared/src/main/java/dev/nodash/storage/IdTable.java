package dev.nodash.storage;

import java.util.SplittableRandom;

/**
 * 128-bit keys in numbered places and the way from a key to its place.
 *
 * <p>Stored shape: two arrays of halves by place, and an open-addressed table of places with linear probing, about two
 * thirds full, where deletion moves later members of the chain back and leaves no tombstone. Where a key lands depends
 * on a random number, so that nobody can choose keys that pile up. Not safe for several threads.
 */
final class IdTable {
  static final int ABSENT = -1;

  private final long seed = new SplittableRandom().nextLong();
  private final long[] high;
  private final long[] low;
  /** Place plus 1; 0 is free. */
  private final int[] table;

  IdTable(int capacity) {
    high = new long[capacity];
    low = new long[capacity];
    table = new int[Integer.highestOneBit(Math.max(1, capacity + capacity / 2 - 1)) * 2];
  }

  int capacity() {
    return high.length;
  }

  int find(long keyHigh, long keyLow) {
    return table[slot(keyHigh, keyLow)] - 1;
  }

  /** Puts the key in a place that is not taken. A key that is in another place already is found in the new one. */
  void put(int place, long keyHigh, long keyLow) {
    high[place] = keyHigh;
    low[place] = keyLow;
    table[slot(keyHigh, keyLow)] = place + 1;
  }

  /** Takes the key out of the place; if it was put in another one since, it is still found there. */
  void remove(int place) {
    var slot = slot(high[place], low[place]);
    if (table[slot] == place + 1) {
      free(slot);
    }
  }

  /** A larger table of the {@code size} keys in the places from {@code first} on, round the end, now from 0 on. */
  IdTable unrolled(int first, int size, int capacity) {
    var larger = new IdTable(capacity);
    for (int i = 0; i < size; i++) {
      var place = (int) (((long) first + i) % high.length);
      larger.put(i, high[place], low[place]);
    }
    return larger;
  }

  private void free(int slot) {
    var mask = table.length - 1;
    var hole = slot;
    for (int next = (hole + 1) & mask; table[next] != 0; next = (next + 1) & mask) {
      var place = table[next] - 1;
      var home = home(high[place], low[place]);
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        table[hole] = table[next];
        hole = next;
      }
    }
    table[hole] = 0;
  }

  /** Where the key is in the table, or the free slot where it belongs. */
  private int slot(long keyHigh, long keyLow) {
    var slot = home(keyHigh, keyLow);
    for (int at = table[slot] - 1; at >= 0; at = table[slot] - 1) {
      if (high[at] == keyHigh && low[at] == keyLow) {
        return slot;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private int home(long keyHigh, long keyLow) {
    var mixed = (keyHigh ^ seed) * 0xBF58_476D_1CE4_E5B9L;
    mixed = (mixed ^ (mixed >>> 32) ^ keyLow) * 0x94D0_49BB_1331_11EBL;
    return (int) (mixed ^ (mixed >>> 29)) & (table.length - 1);
  }
}
