package dev.nodash.storage.flatfile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process leaves on a disk when it is killed at this moment: a copy, made while it still runs. */
final class Remains {
  private Remains() {}

  static Path of(Path root, Path into) {
    try (var files = Files.walk(root)) {
      for (var file : files.filter(path -> !path.equals(root)).toList()) {
        Files.copy(file, into.resolve(root.relativize(file)));
      }
      return into;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
