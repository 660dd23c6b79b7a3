package dev.nodash.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** What the machine itself does and takes. */
final class Machine {
  private static final Duration SAMPLE = Duration.ofMillis(250);
  private static final Duration MOST = Duration.ofSeconds(20);
  private static final double IDLE = 0.95;
  private static final int IDLE_COLUMN = 4;
  private static final long PAUSE_NANOS = 300_000;

  private Machine() {}

  /** Waits until what ran before has ended to the end: its memory given back, its writes on disk. */
  static void awaitIdle() throws IOException, InterruptedException {
    if (new ProcessBuilder("sync").start().waitFor() != 0) {
      throw new IOException("sync failed");
    }
    long end = System.nanoTime() + MOST.toNanos();
    for (var before = ticks();;) {
      Thread.sleep(SAMPLE);
      var now = ticks();
      var all = Arrays.stream(now).sum() - Arrays.stream(before).sum();
      if ((now[IDLE_COLUMN - 1] - before[IDLE_COLUMN - 1]) >= IDLE * all) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new IOException("the machine is not idle; something else runs on it");
      }
      before = now;
    }
  }

  /** User, nice, system, idle, iowait, irq, softirq and steal, of all processors, as proc(5) has them. */
  private static long[] ticks() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      return Arrays.stream(lines.findFirst().orElseThrow().split("\\s+", -1)).skip(1).limit(8)
          .mapToLong(Long::parseLong).toArray();
    }
  }

  /** The microseconds that a durable append takes at the median; after a pause as requests have it, which makes it slower. */
  static double force(Path path) throws IOException {
    var line = ByteBuffer.wrap(new byte[400]);
    var times = new ArrayList<Double>();
    try (var file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int i = 0; i < 200; i++) {
        LockSupport.parkNanos(PAUSE_NANOS);
        long at = System.nanoTime();
        file.write(line.clear());
        file.force(false);
        times.add((System.nanoTime() - at) / 1e3);
      }
    }
    return times.stream().sorted().skip(times.size() / 2).findFirst().orElseThrow();
  }
}
