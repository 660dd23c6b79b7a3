package dev.nodash.storage.flatfile;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.AppendQueue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One caller's entries on their way to the journal. */
final class Append extends AppendQueue.Waiting {

  /** What is done with an entry's bytes behind the journal. */
  enum Kind {
    /** They are a line that is appended to the target. */
    LINE((byte) 1),
    /** They are the whole target, whatever it was. */
    FILE((byte) 2);

    private final byte code;

    Kind(byte code) {
      this.code = code;
    }

    /** As it is stored. */
    byte code() {
      return code;
    }
  }

  /** An event's identity, by which it is stored once, and when it came. */
  record Key(Tenant tenant, EventId id, Instant receivedAt) {}

  /** What is written, encoded by the thread that brought it. */
  static final class Entry {
    private final Kind kind;
    private final String target;
    private final byte[] bytes;
    private final Optional<Key> key;

    /**
     * Takes the bytes over, which nobody may change.
     *
     * @param target the file they are for, relative to the journal's root
     * @param key of an event
     */
    Entry(Kind kind, String target, byte[] bytes, Optional<Key> key) {
      this.kind = kind;
      this.target = target;
      this.bytes = bytes;
      this.key = key;
    }

    Kind kind() {
      return kind;
    }

    String target() {
      return target;
    }

    byte[] bytes() {
      return bytes;
    }

    Optional<Key> key() {
      return key;
    }
  }

  private final List<Entry> entries;
  private final long bytes;

  Append(List<Entry> entries) {
    this.entries = List.copyOf(entries);
    this.bytes = entries.stream().mapToLong(entry -> entry.bytes.length).sum();
  }

  List<Entry> entries() {
    return entries;
  }

  @Override
  public int events() {
    return entries.size();
  }

  @Override
  public long bytes() {
    return bytes;
  }
}
