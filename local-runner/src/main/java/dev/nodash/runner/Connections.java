package dev.nodash.runner;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.nodash.runner.console.Console;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** All connections, and what they share. */
final class Connections {
  private final Dispatcher dispatcher;
  private final Replies replies;
  private final Patience patience;
  private final Optional<Console> console;
  private final BodyRoom room = BodyRoom.ofHeap();
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private final long most;
  private volatile boolean draining;

  /**
   * How long a client may take.
   *
   * @param head for its first request's head, from when it connected
   * @param body for a body, from when its head was there
   * @param idle for the next head, from when the last answer left
   */
  record Patience(Duration head, Duration body, Duration idle) {}

  /**
   * There are none yet.
   *
   * @param most at a time, if the process may open twice as many files: half of them are left to the stores
   */
  Connections(Dispatcher dispatcher, Replies replies, Patience patience, Optional<Console> console, int most) {
    this.dispatcher = dispatcher;
    this.replies = replies;
    this.patience = patience;
    this.console = console;
    this.most = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? Math.min(most, unix.getMaxFileDescriptorCount() / 2)
        : most;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  Replies replies() {
    return replies;
  }

  Patience patience() {
    return patience;
  }

  Optional<Console> console() {
    return console;
  }

  BodyRoom room() {
    return room;
  }

  /** Takes it in; false if there are too many, and it is to be told so and closed. */
  boolean add(Connection connection) {
    open.add(connection);
    return count.incrementAndGet() <= most;
  }

  void remove(Connection connection) {
    if (open.remove(connection)) {
      count.decrementAndGet();
    }
  }

  /** Whether a connection ends with the answer under way. */
  boolean isDraining() {
    return draining;
  }

  void drain() {
    draining = true;
  }

  /** Ends what has taken too long. */
  void check() {
    long now = System.nanoTime();
    open.forEach(connection -> connection.check(now));
  }

  /** Ends those that wait for their clients. */
  void closeIdle() {
    open.forEach(Connection::closeUnlessBusy);
  }
}
