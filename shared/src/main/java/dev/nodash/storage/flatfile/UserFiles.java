package dev.nodash.storage.flatfile;

import dev.nodash.model.Tenant;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreUnavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and replaces user files. A file is replaced whole: temporary file, force, rename, force of the folder; so what
 * has a user's name is always a whole record whose bytes are durable, and only the name itself may not be.
 */
final class UserFiles {
  private static final Logger LOG = LoggerFactory.getLogger(UserFiles.class);
  private static final String SUFFIX = ".json";

  private final DataFolder folder;

  UserFiles(DataFolder folder) {
    this.folder = folder;
  }

  Path of(Tenant tenant, UserId user) {
    return users(tenant).resolve(Names.of(user) + SUFFIX);
  }

  /** The files of a tenant's users; what a crash left of temporary ones is none. */
  List<Path> all(Tenant tenant) throws IOException {
    return folder.disk().list(users(tenant)).stream().filter(path -> path.toString().endsWith(SUFFIX)).toList();
  }

  Optional<User> read(Path path) throws IOException {
    try (var file = folder.disk().openForReading(path)) {
      var bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
      while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {
        // Reads on until the buffer is full.
      }
      return Optional.of(UserFile.decode(bytes.array()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Makes a record that is there already durable: its writer may have died before it forced the folder. */
  void ensure(Path path) {
    try {
      folder.durable().ensureFolder(Disk.folderOf(path));
      folder.durable().forceFolder(Disk.folderOf(path));
    } catch (IOException e) {
      throw new OutcomeUnknown("cannot force " + Disk.folderOf(path), e);
    }
  }

  /** Replaces the record; returns once the new one is durable. */
  void write(Path path, byte[] bytes) {
    var temporary = path.resolveSibling("." + path.getFileName() + ".tmp");
    try {
      folder.durable().ensureFolder(Disk.folderOf(path));
      writeTemporary(temporary, bytes);
    } catch (IOException e) {
      remove(temporary);
      throw new StoreUnavailable("cannot write " + temporary, e);
    }
    try {
      folder.disk().rename(temporary, path);
      folder.durable().forceFolder(Disk.folderOf(path));
    } catch (IOException e) {
      throw new OutcomeUnknown("cannot replace " + path, e);
    }
  }

  private void writeTemporary(Path temporary, byte[] bytes) throws IOException {
    try (var file = folder.disk().open(temporary)) {
      file.truncate(0);
      file.write(ByteBuffer.wrap(bytes), 0);
      folder.durable().force(file, temporary);
    }
  }

  private void remove(Path temporary) {
    try {
      folder.disk().delete(temporary);
    } catch (IOException e) {
      LOG.debug("{} stays until the user's next merge", temporary, e);
    }
  }

  private Path users(Tenant tenant) {
    return folder.root().resolve(Names.of(tenant)).resolve("users");
  }
}
