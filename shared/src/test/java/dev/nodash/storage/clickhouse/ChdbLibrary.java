package dev.nodash.storage.clickhouse;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * The ClickHouse engine as a library, for Linux on x86-64 with glibc: an npm package that is fetched once, by npm itself,
 * into the user's cache folder, 540 MB in all.
 */
final class ChdbLibrary {
  private static final String PACKAGE = "@chdb/lib-linux-x64-gnu";
  private static final String VERSION = "26.7.3-stable.1";
  private static final long PATIENCE_SECONDS = 600;

  private ChdbLibrary() {}

  /** Where the library is; fetches it if it is not there yet. */
  static Path path() throws IOException, InterruptedException {
    var cache = Path.of(System.getProperty("user.home"), ".cache", "nodash");
    var installed = cache.resolve("chdb-" + VERSION);
    Files.createDirectories(cache);
    try (var file = FileChannel.open(cache.resolve("chdb.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = file.lock()) {
      var library = installed.resolve(Path.of("node_modules", PACKAGE, "libchdb.so"));
      if (!Files.exists(library)) {
        install(cache, installed);
      }
      return library;
    }
  }

  /** Into a folder of its own first, so that what is in the final one is whole. */
  private static void install(Path cache, Path target) throws IOException, InterruptedException {
    var folder = Files.createTempDirectory(cache, "installing-");
    var npm = new ProcessBuilder("npm", "install", "--prefix", folder.toString(), "--no-save", "--no-package-lock",
        "--no-audit", "--no-fund", "--fetch-retries=1", "--ignore-scripts", PACKAGE + "@" + VERSION)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("npm.log").toFile()).start();
    if (!npm.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      npm.destroyForcibly();
      throw new IOException("npm did not install " + PACKAGE + " in " + PATIENCE_SECONDS + " s");
    }
    if (npm.exitValue() != 0) {
      throw new IOException("npm cannot install " + PACKAGE + ": " + Files.readString(folder.resolve("npm.log")));
    }
    Files.move(folder, target);
  }
}
