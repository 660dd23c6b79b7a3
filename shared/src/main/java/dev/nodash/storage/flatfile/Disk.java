package dev.nodash.storage.flatfile;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * All that the flat files ask of the operating system. Nothing is durable until it was forced: a file's bytes and length
 * by {@link DiskFile#force()}, a new, renamed or deleted name by {@link #forceFolder} of the folder it is in.
 */
interface Disk {

  /** The folder that a file or folder is in; a root is in none. */
  static Path folderOf(Path path) {
    return Objects.requireNonNull(path.getParent(), "a root is in no folder");
  }

  /** Opens a file for reading and writing, created empty where there is none. */
  DiskFile open(Path file) throws IOException;

  /**
   * Opens a file for reading only.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  DiskFile openForReading(Path file) throws IOException;

  boolean exists(Path path);

  /** What is in the folder, sorted by name; nothing if it is no folder. */
  List<Path> list(Path folder) throws IOException;

  /** Creates one folder; its parent exists. An existing folder is left alone. */
  void createFolder(Path folder) throws IOException;

  /**
   * Makes the names in the folder durable.
   *
   * @throws NotOpenedException if the folder could not be opened, and nothing was tried
   */
  void forceFolder(Path folder) throws IOException;

  /** Replaces {@code to} by {@code from} in one step. */
  void rename(Path from, Path to) throws IOException;

  void delete(Path file) throws IOException;

  Instant lastModified(Path file) throws IOException;

  /** Bytes that may still be written. */
  long usableSpace(Path folder) throws IOException;

  boolean isWritable(Path folder);

  /**
   * Takes the lock that keeps every other process, and any other store of this one, away until it is closed.
   *
   * @throws LockedException if somebody has it
   */
  Closeable lock(Path file) throws IOException;

  /** An open file. */
  interface DiskFile extends Closeable {

    /** Writes all that remains in the buffer at the position, or fails having written any part of it. */
    void write(ByteBuffer bytes, long position) throws IOException;

    /** Reads into the buffer; answers how many bytes, -1 at the end. */
    int read(java.nio.ByteBuffer buffer, long position) throws IOException;

    long size() throws IOException;

    void truncate(long size) throws IOException;

    /** Makes the file's bytes and length durable; after a failure nobody knows what is. */
    void force() throws IOException;
  }

  /** What could not be opened: there are no file descriptors, say. */
  final class NotOpenedException extends IOException {
    NotOpenedException(Path path, IOException cause) {
      super("cannot open " + path + ": " + cause.getMessage(), cause);
    }
  }

  /** Somebody else has the lock. */
  final class LockedException extends IOException {
    LockedException(String holder) {
      super("in use by " + holder);
    }
  }
}
