package dev.nodash.storage.flatfile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The operating system's files. Forcing a file is fdatasync, which makes its length durable too. */
final class RealDisk implements Disk {
  /** Windows cannot open a folder; its file systems journal names by themselves. */
  private static final boolean FORCES_FOLDERS = !System.getProperty("os.name", "").toLowerCase(Locale.ROOT)
      .startsWith("windows");
  /** Locks of this process: opening and closing such a file a second time would release the POSIX lock. */
  private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

  @Override
  public DiskFile open(Path file) throws IOException {
    return new RealFile(FileChannel.open(file, CREATE, READ, WRITE));
  }

  @Override
  public DiskFile openForReading(Path file) throws IOException {
    return new RealFile(FileChannel.open(file, READ));
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public List<Path> list(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    if (FORCES_FOLDERS) {
      try (var channel = opened(folder)) {
        channel.force(true);
      }
    }
  }

  private static FileChannel opened(Path folder) throws IOException {
    try {
      return FileChannel.open(folder, READ);
    } catch (IOException e) {
      throw new NotOpenedException(folder, e);
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public Instant lastModified(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toInstant();
  }

  @Override
  public long usableSpace(Path folder) throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  @Override
  public boolean isWritable(Path folder) {
    return Files.isDirectory(folder) && Files.isWritable(folder);
  }

  @Override
  public Closeable lock(Path file) throws IOException {
    var key = Disk.folderOf(file).toRealPath().resolve(file.getFileName());
    if (!LOCKED.add(key)) {
      throw new LockedException("this process, " + ProcessHandle.current().pid());
    }
    try {
      var channel = FileChannel.open(file, CREATE, READ, WRITE);
      try {
        lock(channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      return () -> {
        channel.close();
        LOCKED.remove(key);
      };
    } catch (IOException | RuntimeException e) {
      LOCKED.remove(key);
      throw e;
    }
  }

  private static void lock(FileChannel channel) throws IOException {
    try {
      if (channel.tryLock() == null) {
        throw new LockedException("process " + holder(channel));
      }
    } catch (OverlappingFileLockException e) {
      throw new LockedException("this process, " + ProcessHandle.current().pid());
    }
    channel.truncate(0);
    channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(US_ASCII)), 0);
  }

  private static String holder(FileChannel channel) throws IOException {
    var buffer = ByteBuffer.allocate(20);
    var read = channel.read(buffer, 0);
    return read > 0 ? new String(buffer.array(), 0, read, US_ASCII).strip() : "unknown";
  }

  private record RealFile(FileChannel channel) implements DiskFile {

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    }

    @Override
    public int read(ByteBuffer buffer, long position) throws IOException {
      return channel.read(buffer, position);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
