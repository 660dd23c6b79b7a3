package dev.nodash.storage.flatfile;

import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.flatfile.Append.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The segment that a journal writes to; begun by the first entry, so that an idle journal has none. */
final class CurrentSegment {
  private final DataFolder folder;
  private final Path wal;
  private final Output output = new Output();
  private @Nullable Segment current;
  private long number;

  CurrentSegment(DataFolder folder, Path wal) {
    this.folder = folder;
    this.wal = wal;
  }

  /** Begins behind this number. */
  synchronized void startAfter(long last) {
    number = last;
  }

  /**
   * Writes the entries and returns once they are durable.
   *
   * @return by how many bytes the segment grew
   * @throws StoreUnavailable if certainly none of them was written
   * @throws dev.nodash.storage.OutcomeUnknown if some may have been
   */
  synchronized long append(List<Entry> entries) {
    var segment = opened();
    long before = segment.length();
    segment.append(entries, output);
    return segment.length() - before;
  }

  /** How long it is. */
  synchronized long length() {
    return current == null ? 0 : current.length();
  }

  /** Hands it over; nothing more is written to it. */
  synchronized Optional<Segment> take() {
    var segment = Optional.ofNullable(current);
    current = null;
    return segment;
  }

  private Segment opened() {
    var segment = current;
    if (segment == null) {
      try {
        segment = begun();
      } catch (IOException e) {
        throw new StoreUnavailable("cannot begin a segment of " + wal, e);
      }
      current = segment;
    }
    return segment;
  }

  private Segment begun() throws IOException {
    folder.durable().ensureFolder(wal);
    var segment = new Segment(folder, Segments.path(wal, number + 1));
    try {
      folder.durable().forceFolder(wal);
    } catch (IOException e) {
      segment.close();
      throw e;
    }
    number++;
    return segment;
  }
}
