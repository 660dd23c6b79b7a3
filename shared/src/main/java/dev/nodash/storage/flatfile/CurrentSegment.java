package dev.nodash.storage.flatfile;

import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.flatfile.Append.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segment that a journal writes to; begun by the first entry, so that a journal begins with none. A large one gives way
 * to the next by itself, so that however long nobody takes them none becomes much larger.
 *
 * <p>The next one may be prepared, see {@link Segment#prepared}, with its number: one that was begun in the meantime has a
 * higher number, and then the prepared one is dropped, since records are brought to their targets in the order of numbers.
 */
final class CurrentSegment {
  /** A disk that has not so many times the room that a segment needs has none for NULs. */
  private static final int SPARE = 8;

  private final DataFolder folder;
  private final Path wal;
  private final long large;
  private final ByteBuffer buffer = Output.buffer();
  private final List<Segment> full = new ArrayList<>();
  private @Nullable Segment current;
  private @Nullable Segment next;
  private long number;
  private long begun;
  /** Bytes of records that were taken last. */
  private long taken;

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
    segment.append(entries, buffer);
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
    var segments = new ArrayList<>(full);
    if (current != null) {
      segments.add(current);
    }
    full.clear();
    current = null;
    taken = segments.stream().mapToLong(Segment::length).sum();
    return segments;
  }

  /** Prepares the next one for twice what was taken last, if any was; by one thread at a time. */
  void prepare() throws IOException {
    long reserved;
    long room;
    synchronized (this) {
      if (next != null || taken == 0) {
        return;
      }
      room = Math.max(Segment.LEAST_ROOM, Math.min(2 * taken, large));
      if (folder.disk().usableSpace(wal) < SPARE * room) {
        return;
      }
      reserved = ++number;
    }
    var segment = Segment.prepared(folder, Segments.path(wal, reserved), room);
    if (!offer(segment, reserved)) {
      segment.close();
      segment.remove();
    }
  }

  private synchronized boolean offer(Segment segment, long reserved) {
    if (begun > reserved) {
      return false;
    }
    next = segment;
    return true;
  }

  /** Drops the one that is prepared; nothing is written or prepared any more. */
  synchronized void close() throws IOException {
    var unused = next;
    if (unused != null) {
      next = null;
      unused.close();
      unused.remove();
    }
  }

  private Segment opened() {
    var segment = current;
    if (segment == null) {
      segment = begun();
      current = segment;
    }
    return segment;
  }

  private Segment begun() {
    var prepared = next;
    if (prepared != null) {
      next = null;
      return prepared;
    }
    try {
      folder.durable().ensureFolder(wal);
      var segment = new Segment(folder, Segments.path(wal, number + 1));
      try {
        folder.durable().forceFolder(wal);
      } catch (IOException e) {
        segment.close();
        throw e;
      }
      begun = ++number;
      return segment;
    } catch (IOException e) {
      throw new StoreUnavailable("cannot begin a segment of " + wal, e);
    }
  }
}
