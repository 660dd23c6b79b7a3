package dev.nodash.storage.flatfile;

import dev.nodash.storage.flatfile.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files behind the journal: written to at once, so that readers see them, and forced later, all that changed together.
 * Used by one thread at a time.
 */
final class Targets {
  private static final Logger LOG = LoggerFactory.getLogger(Targets.class);
  private static final int MAX_OPEN = 128;
  private static final int MAX_KNOWN = 16_384;
  /** Bytes of a file that are forced at a time; many more at once keep the journal's own force waiting. */
  private static final long MOST_UNFORCED = 4 << 20;

  private final Disk disk;
  private final Durable durable;
  private final LinkedHashMap<Path, DiskFile> open = new LinkedHashMap<>(16, 0.75f, true);
  /** Where files end whose every byte is known: more of them than are open. */
  private final Map<Path, Long> lengths = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<Path, Long> eldest) {
      return size() > MAX_KNOWN;
    }
  };
  private final Set<Path> changed = new LinkedHashSet<>();
  /** Bytes that were appended since the last force. */
  private final Map<Path, Long> unforced = new HashMap<>();
  private final ByteBuffer buffer = Output.buffer();

  Targets(Disk disk, Durable durable) {
    this.disk = disk;
    this.durable = durable;
  }

  /** How long the file is, created where there is none, without the torn tail that it may have. */
  long length(Path path) throws IOException {
    var known = lengths.get(path);
    if (known != null) {
      return known;
    }
    long length = TornTail.cut(disk, durable, path, opened(path));
    lengths.put(path, length);
    return length;
  }

  /** Gives the file an earlier length back. */
  void truncate(Path path, long length) throws IOException {
    changed.add(path);
    lengths.remove(path);
    var file = opened(path);
    long size = file.size();
    if (size > length) {
      file.truncate(length);
    }
    lengths.put(path, Math.min(size, length));
  }

  void append(Path path, Content.Places lines) throws IOException {
    changed.add(path);
    long at = length(path);
    var file = opened(path);
    lengths.remove(path);
    var output = new Output(buffer, file, at);
    lines.write(output);
    long end = output.end();
    lengths.put(path, end);
    if (unforced.merge(path, end - at, Long::sum) >= MOST_UNFORCED) {
      durable.force(file, path);
      unforced.remove(path);
    }
  }

  /** Replaces the whole file in one step: who reads it meets the old one or the new one. */
  void replace(Path path, ByteBuffer bytes) throws IOException {
    var temporary = path.resolveSibling("." + path.getFileName() + ".tmp");
    durable.createFolders(Disk.folderOf(path));
    try (var file = disk.open(temporary)) {
      file.truncate(0);
      file.write(bytes.duplicate(), 0);
    }
    disk.rename(temporary, path);
    durable.renamed(path);
    changed.add(path);
  }

  /** How many files have changed and were not forced. */
  int changed() {
    return changed.size();
  }

  /** The files that have changed; from now on none has. */
  List<Path> takeChanged() {
    var taken = List.copyOf(changed);
    changed.clear();
    return taken;
  }

  /** Makes the bytes of the files durable. */
  void force(List<Path> paths) throws IOException {
    for (var path : paths) {
      unforced.remove(path);
      var known = open.get(path);
      if (known == null) {
        try (var file = disk.openForReading(path)) {
          durable.force(file, path);
        }
      } else {
        durable.force(known, path);
      }
    }
  }

  /** Makes the names of the files durable. */
  void forceNames(List<Path> paths) throws IOException {
    durable.ensureNames(paths);
  }

  /** What could not be forced has changed still. */
  void giveBack(List<Path> paths) {
    changed.addAll(paths);
  }

  void close() {
    open.forEach(Targets::close);
    open.clear();
  }

  private DiskFile opened(Path path) throws IOException {
    var file = open.get(path);
    if (file == null) {
      durable.createFolders(Disk.folderOf(path));
      file = disk.open(path);
      open.put(path, file);
      if (open.size() > MAX_OPEN) {
        var eldest = open.pollFirstEntry();
        close(eldest.getKey(), eldest.getValue());
      }
    }
    return file;
  }

  private static void close(Path path, DiskFile file) {
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("cannot close {}", path, e);
    }
  }
}
