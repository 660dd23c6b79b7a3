package dev.nodash.storage.flatfile;

import dev.nodash.storage.Health;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder that one store of one process owns, and what belongs to it: its disk, its forces, its end. */
final class DataFolder implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
  private static final long MIN_SPACE = 1 << 20;

  private final Disk disk;
  private final Path root;
  private final Poison poison;
  private final Durable durable;
  private final Closeable lock;

  /**
   * Creates the folder where there is none and takes its lock.
   *
   * @param lockName the lock's file; each kind of store has its own, so that two kinds may share a folder
   * @throws IllegalStateException if it cannot be used, or another process or store uses it
   */
  DataFolder(Disk disk, Path folder, String lockName) {
    this(disk, folder, lockName, new Poison());
  }

  /** The same for a store whose writes another one forces. */
  DataFolder(Disk disk, Path folder, String lockName, Poison poison) {
    this.disk = disk;
    this.poison = poison;
    this.root = folder.toAbsolutePath().normalize();
    try {
      this.durable = new Durable(disk, poison, root);
      this.lock = disk.lock(root.resolve(lockName));
    } catch (Disk.LockedException e) {
      throw new IllegalStateException("the data folder " + root + " is " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalStateException("the data folder " + root + " cannot be used: " + words(e), e);
    }
  }

  private static String words(IOException fault) {
    return switch (fault) {
      case FileAlreadyExistsException e -> e.getFile() + " is no folder";
      case AccessDeniedException e -> e.getFile() + " may not be written to";
      case FileSystemException e when e.getReason() != null -> e.getFile() + ": " + e.getReason();
      default -> fault.toString();
    };
  }

  Disk disk() {
    return disk;
  }

  Path root() {
    return root;
  }

  Poison poison() {
    return poison;
  }

  Durable durable() {
    return durable;
  }

  /** Looks without writing, so that parallel checks cannot disturb each other. */
  Health check() {
    var ended = poison.fault();
    if (ended.isPresent()) {
      return new Health(ended);
    }
    try {
      var space = disk.usableSpace(root);
      if (space < MIN_SPACE) {
        return Health.unhealthy(root + " has " + space + " bytes left, needs " + MIN_SPACE);
      }
    } catch (IOException e) {
      return Health.unhealthy("cannot ask for the space left in " + root + ": " + e);
    }
    return disk.isWritable(root) ? Health.HEALTHY : Health.unhealthy(root + " is not writable");
  }

  /** Lets go of the lock. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("cannot close the lock of {}", root, e);
    }
  }
}
