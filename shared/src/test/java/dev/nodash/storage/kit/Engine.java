package dev.nodash.storage.kit;

import org.opentest4j.TestAbortedException;

/** A real engine that tests start, stop, freeze and start again: a process of its own on a port of the loopback address. */
public interface Engine extends AutoCloseable {

  /** The connection URL as a user would set it. */
  String url();

  /** The port of the loopback address that it listens to, also while it is away. */
  int port();

  /** Ends the process as {@code kill -9} does and waits until it is gone. */
  void kill();

  /** Stops the process in its tracks: it holds its connections and answers nothing. */
  void freeze();

  /** Lets a frozen process go on. */
  void thaw();

  /** Starts the process again on the same port and the same data, and waits until it answers. */
  void restart();

  /** Ends the process and removes its data. */
  @Override
  void close();

  /** What to throw where an engine cannot be started: a failure where engines are required, as in CI, else a skip. */
  static RuntimeException missing(String engine, Throwable cause) {
    if (Boolean.parseBoolean(System.getenv("NODASH_REQUIRE_ENGINES"))) {
      throw new AssertionError(engine + " is required by NODASH_REQUIRE_ENGINES and cannot be started", cause);
    }
    return new TestAbortedException(engine + " cannot be started here: " + cause.getMessage());
  }
}
