package dev.nodash.storage.flatfile;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** Opens the folder that is its argument: exit code 3 and the store's words if it is refused. */
final class SecondProcess {
  private SecondProcess() {}

  public static void main(String[] args) {
    try (var store = new FlatFileEventStore(Path.of(args[0]), Clock.systemUTC(), Duration.ofDays(1), 1,
        Duration.ofSeconds(10), false)) {
      System.out.println(store.check());
    } catch (IllegalStateException e) {
      System.out.println(e.getMessage());
      System.exit(3);
    }
  }
}
