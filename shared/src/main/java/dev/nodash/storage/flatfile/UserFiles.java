package dev.nodash.storage.flatfile;

import dev.nodash.model.Tenant;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds and reads user files, which the journal replaces. */
final class UserFiles {
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

  private Path users(Tenant tenant) {
    return folder.root().resolve(Names.of(tenant)).resolve("users");
  }
}
