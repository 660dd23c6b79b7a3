package dev.nodash.storage.flatfile;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.AppendQueue;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** One call of append on its way to the disk. */
final class Append extends AppendQueue.Waiting {
  private final Tenant tenant;
  private final List<Line> lines;
  private final long bytes;

  Append(Tenant tenant, List<Line> lines) {
    this.tenant = tenant;
    this.lines = List.copyOf(lines);
    this.bytes = lines.stream().mapToLong(line -> line.bytes.length).sum();
  }

  Tenant tenant() {
    return tenant;
  }

  List<Line> lines() {
    return lines;
  }

  @Override
  public int events() {
    return lines.size();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /** One event, ready to be written: encoded by the thread that brought it, not by the writer. */
  static final class Line {
    private final EventId id;
    private final Instant receivedAt;
    private final Path partition;
    private final byte[] bytes;

    Line(EventId id, Instant receivedAt, Path partition, byte[] bytes) {
      this.id = id;
      this.receivedAt = receivedAt;
      this.partition = partition;
      this.bytes = bytes;
    }

    EventId id() {
      return id;
    }

    Instant receivedAt() {
      return receivedAt;
    }

    Path partition() {
      return partition;
    }

    byte[] bytes() {
      return bytes;
    }
  }
}
