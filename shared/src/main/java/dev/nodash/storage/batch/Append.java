package dev.nodash.storage.batch;

import dev.nodash.model.Event;
import dev.nodash.model.JsonText;
import dev.nodash.storage.AppendQueue;
import dev.nodash.storage.BulkEventStore;
import java.util.Optional;
import java.util.Set;

/** The append of one request. */
final class Append extends AppendQueue.Waiting {
  /** About what an event holds besides its JSON texts. */
  private static final int EVENT_BYTES = 512;

  private final BulkEventStore.Batch batch;
  private final long bytes;

  Append(BulkEventStore.Batch batch) {
    this.batch = batch;
    this.bytes = batch.events().stream().mapToLong(Append::bytes).sum();
  }

  BulkEventStore.Batch batch() {
    return batch;
  }

  /** Whether one of the events is among its own. */
  boolean has(Set<BulkEventStore.Key> some) {
    return batch.events().stream().anyMatch(event -> some.contains(new BulkEventStore.Key(batch.tenant(), event.id())));
  }

  @Override
  public int events() {
    return batch.events().size();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  private static long bytes(Event event) {
    return EVENT_BYTES + length(event.properties()) + length(event.traits()) + length(event.context());
  }

  private static long length(Optional<JsonText> text) {
    return text.map(it -> it.value().length()).orElse(0);
  }
}
