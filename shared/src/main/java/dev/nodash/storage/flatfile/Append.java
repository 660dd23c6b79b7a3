package dev.nodash.storage.flatfile;

import dev.nodash.json.Bytes;
import dev.nodash.model.EventId;
import dev.nodash.storage.AppendQueue;
import dev.nodash.storage.Receipt;
import dev.nodash.storage.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

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

  /** One of {@link Records}. */
  static final class Entry {
    private final Bytes records;
    private final int from;
    private final int bodyFrom;
    private final int end;
    private final Optional<Receipt> receipt;

    Entry(Bytes records, int from, int bodyFrom, int end, Optional<Receipt> receipt) {
      this.records = records;
      this.from = from;
      this.bodyFrom = bodyFrom;
      this.end = end;
      this.receipt = receipt;
    }

    /** Of an event, by which it is stored once. */
    Optional<Receipt> receipt() {
      return receipt;
    }

    void write(Output output) throws IOException {
      output.put(records.array(), from, end - from);
    }

    /** What is for its target. */
    ByteBuffer body() {
      return ByteBuffer.wrap(records.array(), bodyFrom, end - bodyFrom);
    }

    private int bytes() {
      return end - from;
    }
  }

  private final List<Entry> entries;
  private final long bytes;
  private final CompletableFuture<Set<EventId>> end = new CompletableFuture<>();

  Append(List<Entry> entries) {
    this.entries = List.copyOf(entries);
    this.bytes = entries.stream().mapToLong(Entry::bytes).sum();
  }

  List<Entry> entries() {
    return entries;
  }

  /** What the writer did with it, which it may say after the caller was told that nobody knows. */
  CompletableFuture<Set<EventId>> end() {
    return end;
  }

  /** All of it is durable, but for the events of these ids, which were stored before. */
  void succeed(Set<EventId> before) {
    end.complete(before);
    outcome().complete(before);
  }

  void fail(StoreException fault) {
    end.completeExceptionally(fault);
    outcome().completeExceptionally(fault);
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
