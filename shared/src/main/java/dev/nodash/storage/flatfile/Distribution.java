package dev.nodash.storage.flatfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Brings the records of closed segments to their targets, in order, each exactly once.
 *
 * <ol>
 * <li>Before a line is appended, the segment records how long its targets are, durably. Whoever has to begin again gives
 * them these lengths back first.
 * <li>Lines are appended and whole files replaced without a force: they are durable by the segment. A file waits a
 * moment for its next version, so that one that changes all the time is not replaced as often.
 * <li>{@link #settle} forces all targets, then empties the segments, the oldest first, each durably before the next. If the
 * power is cut in between, what is left are the newest, and their lengths are still right.
 * </ol>
 *
 * <p>Safe for many threads.
 */
final class Distribution {
  private static final int MOST_CHANGED = 4096;
  private static final int AT_A_TIME = 16;
  /** Bytes of files that may wait to be replaced. */
  private static final long MOST_FILES = 4 << 20;

  private final DataFolder folder;
  private final Pace pace;
  private final Targets targets;
  private final ArrayDeque<Segment> waiting = new ArrayDeque<>();
  private final ArrayDeque<Segment> distributed = new ArrayDeque<>();
  /** The newest versions of files that are not replaced yet, by target. */
  private final Map<String, ByteBuffer> files = new LinkedHashMap<>();
  private long fileBytes;
  private long firstFile;
  private final Scratch scratch = new Scratch();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong keptBytes = new AtomicLong();
  private final List<Consumer<Map<String, ByteBuffer>>> listeners = new ArrayList<>();
  private final ReentrantLock settling = new ReentrantLock();
  private long settled = System.nanoTime();
  private volatile Optional<String> fault = Optional.empty();

  /** Something that writes to files. */
  interface Work {
    void run() throws IOException;
  }

  /** Distributes nothing yet. */
  Distribution(DataFolder folder, Pace pace) {
    this.folder = folder;
    this.pace = pace;
    this.targets = new Targets(folder.disk(), folder.durable());
  }

  /** Is told of every segment's whole files once they are where readers look. */
  synchronized void onReplaced(Consumer<Map<String, ByteBuffer>> listener) {
    listeners.add(listener);
  }

  /** Counts what a segment has more, or less, than before. */
  void wrote(long bytes) {
    waitingBytes.addAndGet(bytes);
    keptBytes.addAndGet(bytes);
  }

  /** Bytes of records that are not at their targets. */
  long waiting() {
    return waitingBytes.get();
  }

  /** Bytes of records whose targets are not durable. */
  long kept() {
    return keptBytes.get();
  }

  /** Why the last attempt failed, if it did. */
  Optional<String> fault() {
    return fault;
  }

  /** Takes a segment over that no more will be written to. */
  synchronized void add(Segment segment) {
    waiting.add(segment);
  }

  /** The same for a segment that another process wrote. */
  synchronized void addFound(Segment segment) {
    wrote(segment.length());
    add(segment);
  }

  /**
   * Brings all that was added to its targets, but for files that are younger than two intervals; what fails is tried again
   * by the next call.
   */
  synchronized void run() throws IOException {
    try {
      replaceIfDue();
      while (!waiting.isEmpty()) {
        var segment = waiting.getFirst();
        distribute(segment);
        waiting.remove();
        segment.close();
        distributed.add(segment);
        waitingBytes.addAndGet(-segment.length());
        replaceIfDue();
      }
      fault = Optional.empty();
    } catch (IOException | RuntimeException e) {
      fault = Optional.of(e.toString());
      throw e;
    }
  }

  private void distribute(Segment segment) throws IOException {
    folder.poison().check();
    long before = segment.length();
    var content = segment.read(scratch);
    wrote(segment.length() - before);
    prepare(segment, content);
    for (var target : content.lines().entrySet()) {
      targets.append(path(target.getKey()), target.getValue());
    }
    content.files().forEach(this::replaceLater);
  }

  private void replaceLater(String target, ByteBuffer bytes) {
    if (files.isEmpty()) {
      firstFile = System.nanoTime();
    }
    var copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    var before = files.put(target, copy);
    fileBytes += copy.limit() - (before == null ? 0 : before.limit());
  }

  private void replaceIfDue() throws IOException {
    if (!files.isEmpty()
        && (fileBytes > MOST_FILES || System.nanoTime() - firstFile >= 2 * pace.interval().toNanos())) {
      replace();
    }
  }

  /** Replaces the files that wait for a next version. */
  synchronized void replace() throws IOException {
    for (var target : files.entrySet()) {
      targets.replace(path(target.getKey()), target.getValue());
    }
    listeners.forEach(listener -> listener.accept(files));
    files.clear();
    fileBytes = 0;
  }

  private void prepare(Segment segment, Content content) throws IOException {
    if (content.lengths().isPresent()) {
      for (var target : content.lengths().get().entrySet()) {
        targets.truncate(path(target.getKey()), target.getValue());
      }
    } else if (!content.lines().isEmpty()) {
      var lengths = new LinkedHashMap<String, Long>();
      for (var target : content.lines().keySet()) {
        lengths.put(target, targets.length(path(target)));
      }
      long before = segment.length();
      segment.record(lengths);
      wrote(segment.length() - before);
    }
  }

  private Path path(String target) {
    return folder.root().resolve(target).normalize();
  }

  /**
   * Settles if enough is kept, or for long enough.
   *
   * @param meanwhile is done now and then, since to force many files takes long
   */
  void settleIfDue(Work meanwhile) throws IOException {
    if (isDue()) {
      settle(meanwhile);
    }
  }

  private synchronized boolean isDue() {
    return kept() >= pace.kept() || targets.changed() >= MOST_CHANGED
        || System.nanoTime() - settled >= pace.force().toNanos();
  }

  /** Makes all targets durable and removes the segments that were brought there. */
  void settle() throws IOException {
    settle(() -> {});
  }

  /**
   * Settles if anything has been brought to its targets: then it need not be kept in the journal too. Nothing is gained where a
   * user's file has no room either, since its segment has to stay.
   */
  void makeRoom() throws IOException {
    if (hasDistributed()) {
      settle();
    }
  }

  private synchronized boolean hasDistributed() {
    return !distributed.isEmpty();
  }

  /** A few targets at a time, so that what is acknowledged meanwhile comes to its targets between them. */
  private void settle(Work meanwhile) throws IOException {
    settling.lock();
    try {
      settleAlone(meanwhile);
    } finally {
      settling.unlock();
    }
  }

  private void settleAlone(Work meanwhile) throws IOException {
    folder.poison().check();
    List<Path> changed;
    int segments;
    synchronized (this) {
      replace();
      changed = targets.takeChanged();
      segments = distributed.size();
    }
    var isDurable = false;
    try {
      for (int from = 0; from < changed.size(); from += AT_A_TIME) {
        synchronized (this) {
          targets.force(changed.subList(from, Math.min(changed.size(), from + AT_A_TIME)));
        }
        meanwhile.run();
      }
      finish(changed, segments);
      isDurable = true;
    } catch (IOException e) {
      fault = Optional.of(e.toString());
      throw e;
    } finally {
      // Whatever went wrong, what was done meanwhile too: their segments may not go before they are durable.
      if (!isDurable) {
        synchronized (this) {
          targets.giveBack(changed);
        }
      }
    }
  }

  private synchronized void finish(List<Path> changed, int segments) throws IOException {
    targets.forceNames(changed);
    for (int i = 0; i < segments; i++) {
      long bytes = distributed.getFirst().length();
      distributed.getFirst().remove();
      distributed.remove();
      keptBytes.addAndGet(-bytes);
    }
    settled = System.nanoTime();
  }

  synchronized void close() {
    targets.close();
    waiting.forEach(Segment::close);
  }
}
