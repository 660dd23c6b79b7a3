package dev.nodash.storage.flatfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An operating system in memory that knows what was forced. Its power can be cut at any operation that changes
 * something; {@link #survivor} is what the next start may find.
 */
final class CrashDisk implements Disk {

  /** What changes something. */
  enum Op {
    CREATE, WRITE, TRUNCATE, FORCE, CREATE_FOLDER, FORCE_FOLDER, RENAME, DELETE
  }

  /** Sees every operation before it happens and may fail or hold it. */
  interface Hook {
    void before(Op op, Path path) throws IOException;
  }

  /** What became of names that were not forced. */
  enum Names {
    LOST, KEPT
  }

  /** What became of bytes that were not forced. */
  enum Bytes {
    TORN, LOST, NULS, KEPT
  }

  private final Clock clock;
  private final FolderNode top;
  private final Set<Path> locks = new HashSet<>();
  private final List<String> log = new ArrayList<>();
  private int cutAt = Integer.MAX_VALUE;
  private long space = Long.MAX_VALUE;
  private volatile Hook hook = (_, _) -> {};

  CrashDisk(Clock clock) {
    this(clock, new FolderNode());
  }

  private CrashDisk(Clock clock, FolderNode top) {
    this.clock = clock;
    this.top = top;
  }

  /** Lets {@code n} operations happen; the next one may half happen and everything after it fails. */
  synchronized CrashDisk cutAt(int n) {
    cutAt = n;
    return this;
  }

  void hook(Hook next) {
    hook = next;
  }

  /** How many bytes may still be written. */
  synchronized void space(long bytes) {
    space = bytes;
  }

  synchronized List<String> log() {
    return List.copyOf(log);
  }

  /** The disk after a power cut. */
  synchronized CrashDisk survivor(Names names, Bytes bytes) {
    return new CrashDisk(clock, top.survivor(names, bytes));
  }

  /** The disk after the process was killed: the page cache has everything, the platter only what was forced. */
  synchronized CrashDisk afterKill() {
    return new CrashDisk(clock, top.copy());
  }

  /** The whole text of every file whose name ends so. */
  synchronized List<String> texts(String suffix) {
    return files().entrySet().stream().filter(file -> file.getKey().endsWith(suffix))
        .map(file -> UTF_8.decode(file.getValue()).toString()).toList();
  }

  /** What every file holds, by its path, as the page cache has it. */
  synchronized Map<String, ByteBuffer> files() {
    var files = new TreeMap<String, ByteBuffer>();
    top.collect("", files);
    return files;
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    synchronized (this) {
      if (find(file) instanceof FileNode node) {
        checkPower();
        return new OpenFile(file, node);
      }
    }
    var node = new FileNode(clock.instant());
    change(Op.CREATE, file, () -> folder(file).entries.put(name(file), node));
    return new OpenFile(file, node);
  }

  @Override
  public synchronized DiskFile openForReading(Path file) throws IOException {
    checkPower();
    if (find(file) instanceof FileNode node) {
      return new OpenFile(file, node);
    }
    throw new NoSuchFileException(file.toString());
  }

  @Override
  public synchronized boolean exists(Path path) {
    return find(path) != null;
  }

  @Override
  public synchronized List<Path> list(Path folder) throws IOException {
    checkPower();
    return find(folder) instanceof FolderNode node
        ? node.entries.keySet().stream().map(folder::resolve).toList()
        : List.of();
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    if (!exists(folder)) {
      change(Op.CREATE_FOLDER, folder, () -> folder(folder).entries.put(name(folder), new FolderNode()));
    }
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    force(Op.FORCE_FOLDER, folder, () -> {
      if (!(find(folder) instanceof FolderNode node)) {
        throw new NotDirectoryException(folder.toString());
      }
      node.durable = new TreeMap<>(node.entries);
    });
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    change(Op.RENAME, to, () -> {
      var node = folder(from).entries.remove(name(from));
      if (node == null) {
        throw new NoSuchFileException(from.toString());
      }
      folder(to).entries.put(name(to), node);
    });
  }

  @Override
  public void delete(Path file) throws IOException {
    change(Op.DELETE, file, () -> folder(file).entries.remove(name(file)));
  }

  @Override
  public synchronized Instant lastModified(Path file) throws IOException {
    checkPower();
    if (find(file) instanceof FileNode node) {
      return node.modified;
    }
    throw new NoSuchFileException(file.toString());
  }

  @Override
  public synchronized long usableSpace(Path folder) {
    return space;
  }

  @Override
  public boolean isWritable(Path folder) {
    return true;
  }

  @Override
  public synchronized Closeable lock(Path file) throws IOException {
    checkPower();
    if (!locks.add(file)) {
      throw new LockedException("this process");
    }
    return () -> {
      synchronized (CrashDisk.this) {
        locks.remove(file);
      }
    };
  }

  private interface Action {
    void run() throws IOException;
  }

  /** What the power cut interrupts may have reached the page cache. */
  private void change(Op op, Path path, Action action) throws IOException {
    hook.before(op, path);
    synchronized (this) {
      var powered = powered(op, path);
      if (powered || log.size() == cutAt + 1) {
        action.run();
      }
      checkPower();
    }
  }

  private void force(Op op, Path path, Action action) throws IOException {
    hook.before(op, path);
    synchronized (this) {
      if (powered(op, path)) {
        action.run();
      }
      checkPower();
    }
  }

  private boolean powered(Op op, Path path) {
    log.add(log.size() + " " + op + " " + path);
    return log.size() <= cutAt;
  }

  private void checkPower() throws IOException {
    if (log.size() > cutAt) {
      throw new IOException("the power is off");
    }
  }

  private @Nullable Node find(Path path) {
    Node node = top;
    for (var name : path) {
      node = node instanceof FolderNode folder ? folder.entries.get(name.toString()) : null;
    }
    return node;
  }

  private FolderNode folder(Path of) throws IOException {
    if (find(Disk.folderOf(of)) instanceof FolderNode folder) {
      return folder;
    }
    throw new NoSuchFileException(of.toString());
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  private sealed interface Node {
    Node survivor(Names names, Bytes bytes);

    Node copy();
  }

  private static final class FolderNode implements Node {
    private TreeMap<String, Node> entries = new TreeMap<>();
    private TreeMap<String, Node> durable = new TreeMap<>();

    @Override
    public FolderNode survivor(Names names, Bytes bytes) {
      var after = new FolderNode();
      (names == Names.LOST ? durable : entries)
          .forEach((name, node) -> after.entries.put(name, node.survivor(names, bytes)));
      after.durable = new TreeMap<>(after.entries);
      return after;
    }

    @Override
    public FolderNode copy() {
      var copy = new FolderNode();
      entries.forEach((name, node) -> copy.entries.put(name, node.copy()));
      durable.forEach((name, node) -> {
        var same = entries.get(name) == node ? copy.entries.get(name) : null;
        copy.durable.put(name, same == null ? node.copy() : same);
      });
      return copy;
    }

    void collect(String path, Map<String, ByteBuffer> files) {
      entries.forEach((name, node) -> {
        switch (node) {
          case FolderNode folder -> folder.collect(path + "/" + name, files);
          case FileNode file -> files.put(path + "/" + name, ByteBuffer.wrap(file.data));
        }
      });
    }
  }

  private static final class FileNode implements Node {
    private Instant modified;
    private byte[] data = new byte[0];
    private byte[] durable = new byte[0];

    FileNode(Instant modified) {
      this.modified = modified;
    }

    @Override
    public FileNode survivor(Names names, Bytes bytes) {
      var after = new FileNode(modified);
      after.data = switch (bytes) {
        case LOST -> durable;
        case KEPT -> data;
        case TORN -> over(durable, Arrays.copyOf(data, unchanged() + (changed() - unchanged()) / 2));
        case NULS -> Arrays.copyOf(over(durable, Arrays.copyOf(data, unchanged())), data.length);
      };
      after.durable = after.data;
      return after;
    }

    @Override
    public FileNode copy() {
      var copy = new FileNode(modified);
      copy.data = data;
      copy.durable = durable;
      return copy;
    }

    private int unchanged() {
      var mismatch = Arrays.mismatch(data, durable);
      return mismatch < 0 ? data.length : mismatch;
    }

    /** Where what was changed ends: NULs behind it that are durable stay. */
    private int changed() {
      int end = data.length;
      for (int start = unchanged(); end > start && end <= durable.length && data[end - 1] == durable[end - 1];) {
        end--;
      }
      return end;
    }

    /** What was written over what is durable, if that is of the same file still and not shorter. */
    private byte[] over(byte[] below, byte[] written) {
      if (data.length != below.length) {
        return written;
      }
      var both = below.clone();
      System.arraycopy(written, 0, both, 0, written.length);
      return both;
    }
  }

  private final class OpenFile implements DiskFile {
    private final Path path;
    private final FileNode node;

    OpenFile(Path path, FileNode node) {
      this.path = path;
      this.node = node;
    }

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      change(Op.WRITE, path, () -> {
        var fits = (int) Math.min(space, bytes.remaining());
        var full = fits < bytes.remaining();
        var end = (int) position + fits;
        node.data = Arrays.copyOf(node.data, Math.max(node.data.length, end));
        bytes.get(node.data, (int) position, fits);
        node.modified = clock.instant();
        space -= space == Long.MAX_VALUE ? 0 : fits;
        if (full) {
          throw new IOException("No space left on device");
        }
      });
    }

    @Override
    public int read(ByteBuffer buffer, long position) throws IOException {
      synchronized (CrashDisk.this) {
        checkPower();
        var length = (int) Math.min(buffer.remaining(), node.data.length - position);
        if (length <= 0) {
          return -1;
        }
        buffer.put(node.data, (int) position, length);
        return length;
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (CrashDisk.this) {
        checkPower();
        return node.data.length;
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      change(Op.TRUNCATE, path, () -> {
        space += space == Long.MAX_VALUE ? 0 : Math.max(0, node.data.length - size);
        node.data = Arrays.copyOf(node.data, (int) Math.min(size, node.data.length));
      });
    }

    @Override
    public void force() throws IOException {
      CrashDisk.this.force(Op.FORCE, path, () -> node.durable = node.data.clone());
    }

    @Override
    public void close() {
      // Nothing to let go of.
    }
  }
}
