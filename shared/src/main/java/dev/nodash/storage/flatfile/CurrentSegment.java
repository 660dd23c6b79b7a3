package dev.nodash.storage.flatfile;

import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.flatfile.Append.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segment that a journal writes to; begun by the first entry, so that an idle journal has none. A large one makes room
 * for the next by itself, so that however long nobody takes them none becomes much larger.
 */
final class CurrentSegment {
  private final DataFolder folder;
  private final Path wal;
  private final long large;
  private final Output output = new Output();
  private final List<Segment> full = new ArrayList<>();
  private @Nullable Segment current;
  private long number;

  /**
   * There is none yet.
   *
   * @param large bytes at which a segment is full
   */
  CurrentSegment(DataFolder folder, Path wal, long large) {
    this.folder = folder;
    this.wal = wal;
    this.large = large;
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
    if (segment.length() >= large) {
      full.add(segment);
      current = null;
    }
    return segment.length() - before;
  }

  /** Whether one is full. */
  synchronized boolean isFull() {
    return !full.isEmpty();
  }

  /** Hands over all, in their order; nothing more is written to them. */
  synchronized List<Segment> take() {
    var taken = new ArrayList<>(full);
    if (current != null) {
      taken.add(current);
    }
    full.clear();
    current = null;
    return taken;
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
