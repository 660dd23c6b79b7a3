package dev.nodash.storage.flatfile;

import dev.nodash.storage.Receipt;
import dev.nodash.storage.RecentIds;
import dev.nodash.storage.flatfile.Disk.DiskFile;
import dev.nodash.storage.flatfile.EventLine.Corrupt;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the store does before it takes events. Of every partition that was written to within the deduplication time it
 * cuts off a torn tail, forces the rest (a process that was killed may have left lines that only the page cache has) and
 * notes what was received within that time and may come again. Names need no force here: a partition's name was forced
 * before its first line was written. The newest go into the index, in the order of their receipt.
 *
 * <p>Partitions left alone for longer lose a torn tail when they are next written to.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  /** How far the file system's clock may be behind ours. */
  private static final Duration SKEW = Duration.ofHours(1);

  private final DataFolder folder;
  private final Instant since;
  private final int maxIds;
  private volatile boolean stopped;

  Recovery(DataFolder folder, Instant since, int maxIds) {
    this.folder = folder;
    this.since = since;
    this.maxIds = maxIds;
  }

  /** Fills the index, unless it was stopped before that. */
  void fill(RecentIds index) throws IOException {
    var receipts = new Receipts(maxIds);
    for (var partition : Partition.all(folder.disk(), folder.root())) {
      var path = partition.in(folder.root());
      if (!stopped && !folder.disk().lastModified(path).isBefore(since.minus(SKEW))) {
        read(path, partition.tenant(), receipts);
      }
    }
    if (!stopped) {
      receipts.addTo(index);
    }
  }

  void stop() {
    stopped = true;
  }

  private void read(Path path, String tenant, Receipts receipts) throws IOException {
    try (var file = folder.disk().open(path)) {
      folder.durable().force(file, path);
      var length = wholeLines(path, file);
      Lines.forEach(file, length, (number, line) -> {
        try {
          note(EventLine.receipt(line, tenant), receipts);
        } catch (Corrupt e) {
          LOG.warn("{} line {} is corrupt and left out: {}", path, number, e.getMessage());
        }
        return !stopped;
      });
    }
  }

  private long wholeLines(Path path, DiskFile file) throws IOException {
    try {
      return TornTail.cut(folder.disk(), folder.durable(), path, file);
    } catch (IOException e) {
      if (folder.poison().fault().isPresent()) {
        throw e;
      }
      LOG.warn("{}: the torn tail cannot be moved away yet", path, e);
      return Lines.end(file);
    }
  }

  private void note(Receipt receipt, Receipts receipts) {
    if (receipt.id().isRepeatable() && !receipt.receivedAt().isBefore(since)) {
      receipts.add(receipt);
    }
  }
}
