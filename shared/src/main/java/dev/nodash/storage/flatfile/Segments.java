package dev.nodash.storage.flatfile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/** The names of a journal's segments. */
final class Segments {
  private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})\\.wal");

  private Segments() {}

  /** The segments in the folder, the oldest first. */
  static List<Path> in(Disk disk, Path wal) throws IOException {
    return disk.list(wal).stream().filter(path -> NAME.matcher(path.getFileName().toString()).matches()).sorted()
        .toList();
  }

  static Path path(Path wal, long number) {
    return wal.resolve(HexFormat.of().toHexDigits(number) + ".wal");
  }

  static long number(Path segment) {
    return HexFormat.fromHexDigitsToLong(segment.getFileName().toString(), 0, 16);
  }
}
