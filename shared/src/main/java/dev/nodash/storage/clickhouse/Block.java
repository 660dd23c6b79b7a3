package dev.nodash.storage.clickhouse;

import dev.nodash.model.EventId;
import dev.nodash.model.Sha256;
import dev.nodash.model.Tenant;
import dev.nodash.storage.BulkEventStore.Batch;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rows of one insert: of each (tenant, event id) the first one only. */
final class Block {
  private final RowBinary rows = new RowBinary();
  private final Set<Integer> partitions = new HashSet<>();
  private final StringBuilder ids = new StringBuilder();

  Block(List<Batch> batches) {
    var keys = new HashSet<Key>();
    for (var batch : batches) {
      for (var event : batch.events()) {
        if (keys.add(new Key(batch.tenant(), event.id()))) {
          EventRow.write(rows, batch.tenant(), event);
          partitions.add(ClientDay.partition(ClientDay.of(event.time())));
          ids.append(batch.tenant()).append(' ').append(event.id()).append('\n');
        }
      }
    }
  }

  private record Key(Tenant tenant, EventId id) {}

  InputStream rows() {
    return new ByteArrayInputStream(rows.bytes());
  }

  /** How many parts the engine makes of them: one a partition. */
  int parts() {
    return partitions.size();
  }

  /** The same for the same ids in the same order, so that the engine passes over a block that it took just before. */
  String token() {
    return Sha256.hex(ids.toString());
  }
}
