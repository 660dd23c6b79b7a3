package dev.nodash.storage;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * 128-bit keys and a number beside each, in numbered places that are taken and left in a circle, and the way from a key
 * to its place.
 *
 * <p>Stored shape: pages of places, there only while one of their places is taken; and many small open-addressed tables
 * of places with linear probing, up to two thirds full, where deletion moves later members of the chain back and leaves
 * no tombstone. The bits of an entry that its place leaves free hold the lowest of its key's hash, so that a key that is
 * absent is looked for in one or two lines of the processor's cache and not at places all over the memory. Each table
 * doubles by itself, which takes a fraction of a millisecond, so that nobody ever waits for all of them. Where a key lands depends on a random number, so that nobody can choose keys that pile up. Not safe for
 * several threads.
 */
final class IdTable {
  static final int ABSENT = -1;
  /** Places. */
  private static final int PAGE = 1 << 10;
  /** Keys that a table is to have once all places are taken. */
  private static final int KEYS_A_TABLE = 1 << 10;
  private static final int MOST_TABLES = 1 << 16;
  private static final int FIRST_SLOTS = 8;
  /** Of a table without keys; it is replaced before one is put. */
  private static final int[] NO_SLOTS = new int[1];

  private final long seed = new SplittableRandom().nextLong();
  private final @Nullable Page[] pages;
  private final int[][] tables;
  private final int[] used;
  /** How many bits of an entry are its place and one, so that an entry is never 0. */
  private final int placeBits;

  private static final class Page {
    /** The halves of a key stand side by side. */
    private final long[] keys = new long[2 * PAGE];
    private final int[] numbers = new int[PAGE];

    void put(int at, long high, long low, int number) {
      keys[2 * at] = high;
      keys[2 * at + 1] = low;
      numbers[at] = number;
    }

    long high(int at) {
      return keys[2 * at];
    }

    long low(int at) {
      return keys[2 * at + 1];
    }

    boolean has(int at, long high, long low) {
      return high(at) == high && low(at) == low;
    }
  }

  /**
   * A table without keys.
   *
   * @param most how many places are taken at once at most
   */
  IdTable(int most) {
    // With one page more, the newest place is never on the oldest's page from behind.
    pages = new Page[Math.ceilDiv(most, PAGE) + 1];
    tables = new int[Integer.highestOneBit(Math.clamp(most / KEYS_A_TABLE, 1, MOST_TABLES))][];
    used = new int[tables.length];
    placeBits = Integer.SIZE - Integer.numberOfLeadingZeros(places());
    Arrays.fill(tables, NO_SLOTS);
  }

  /** How many places the circle has, more than may be taken. */
  int places() {
    return pages.length * PAGE;
  }

  int find(long high, long low) {
    var hash = hash(high, low);
    var table = table(hash);
    return place(table[slot(table, hash, high, low)]);
  }

  /**
   * The same for many. Where they are looked for is read for all of them first, so that the processor waits for its memory
   * once and not for each.
   *
   * @param keys the halves of each, one behind the other
   */
  int[] find(long[] keys) {
    var places = new int[keys.length / 2];
    for (int i = 0; i < places.length; i++) {
      var hash = hash(keys[2 * i], keys[2 * i + 1]);
      var table = table(hash);
      places[i] = table[home(table, hash)];
    }
    for (int i = 0; i < places.length; i++) {
      places[i] = places[i] == 0 ? ABSENT : find(keys[2 * i], keys[2 * i + 1]);
    }
    return places;
  }

  /** The number beside a key. */
  int number(int place) {
    return page(place).numbers[place % PAGE];
  }

  /** Puts the key in a place that is not taken. A key that is in another place already is found in the new one. */
  void put(int place, long high, long low, int number) {
    page(place).put(place % PAGE, high, low, number);
    var hash = hash(high, low);
    makeRoom(index(hash));
    var table = table(hash);
    var slot = slot(table, hash, high, low);
    used[index(hash)] += table[slot] == 0 ? 1 : 0;
    table[slot] = tag(hash) | (place + 1);
  }

  /**
   * Takes the key out of the place, the one that was taken first of those that are; if it was put in another one since, it
   * is still found there.
   */
  void remove(int place) {
    var page = page(place);
    var high = page.high(place % PAGE);
    var low = page.low(place % PAGE);
    var hash = hash(high, low);
    var table = table(hash);
    var slot = slot(table, hash, high, low);
    if (place(table[slot]) == place) {
      free(table, slot);
      used[index(hash)]--;
    }
    if (place % PAGE == PAGE - 1) {
      pages[place / PAGE] = null;
    }
  }

  private Page page(int place) {
    var page = pages[place / PAGE];
    if (page == null) {
      page = new Page();
      pages[place / PAGE] = page;
    }
    return page;
  }

  private void makeRoom(int index) {
    var full = tables[index];
    if ((used[index] + 1) * 3L <= full.length * 2L) {
      return;
    }
    var larger = new int[Math.max(FIRST_SLOTS, 2 * full.length)];
    for (var entry : full) {
      if (entry != 0) {
        var slot = homeOf(larger, entry);
        while (larger[slot] != 0) {
          slot = next(larger, slot);
        }
        larger[slot] = entry;
      }
    }
    tables[index] = larger;
  }

  private void free(int[] table, int slot) {
    var mask = table.length - 1;
    var hole = slot;
    for (int next = next(table, hole); table[next] != 0; next = next(table, next)) {
      var home = homeOf(table, table[next]);
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        table[hole] = table[next];
        hole = next;
      }
    }
    table[hole] = 0;
  }

  /** Where the key is in its table, or the free slot where it belongs. */
  private int slot(int[] table, long hash, long high, long low) {
    var tag = tag(hash);
    var slot = home(table, hash);
    for (int entry = table[slot]; entry != 0; entry = table[slot]) {
      if ((entry ^ tag) >>> placeBits == 0) {
        int place = place(entry);
        if (page(place).has(place % PAGE, high, low)) {
          return slot;
        }
      }
      slot = next(table, slot);
    }
    return slot;
  }

  private int tag(long hash) {
    return (int) hash << placeBits;
  }

  private int place(int entry) {
    return (entry & ((1 << placeBits) - 1)) - 1;
  }

  /** Where the entry's key would be if no other were in its way. */
  private int homeOf(int[] table, int entry) {
    return table.length <= 1 << (Integer.SIZE - placeBits)
        ? home(table, entry >>> placeBits)
        : home(table, hashOf(place(entry)));
  }

  private static int next(int[] table, int slot) {
    return (slot + 1) & (table.length - 1);
  }

  private static int home(int[] table, long hash) {
    return (int) hash & (table.length - 1);
  }

  private int[] table(long hash) {
    return tables[index(hash)];
  }

  /** The table of a key; of other bits than its slot. */
  private int index(long hash) {
    return (int) (hash >>> 48) & (tables.length - 1);
  }

  private long hashOf(int place) {
    var page = page(place);
    return hash(page.high(place % PAGE), page.low(place % PAGE));
  }

  private long hash(long high, long low) {
    var mixed = (high ^ seed) * 0xBF58_476D_1CE4_E5B9L;
    mixed = (mixed ^ (mixed >>> 32) ^ low) * 0x94D0_49BB_1331_11EBL;
    return mixed ^ (mixed >>> 29);
  }
}
