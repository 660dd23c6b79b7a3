package dev.nodash.storage;

import java.util.Set;

/** A dependency that can be asked for its health and is closed at the end of the process. */
public interface Component extends AutoCloseable {

  /** Checks the dependency now; never throws, may be called by many threads at once. */
  Health check();

  /** What it promises beyond its contract. */
  Set<Guarantee> guarantees();

  /**
   * Whether a caller may be kept waiting for a disk or an engine, so that event loops must not call it; a check and a
   * close always may. Of a store of events, what {@link EventStore#appendAsync} does; of one of users, see
   * {@link UserStore#waitsBeside}.
   */
  default boolean waits() {
    return true;
  }

  /** Whether it is unhealthy for good, so that only a restart of the process can help. */
  default boolean isFatal() {
    return false;
  }

  /** Finishes what was accepted and lets go of files and connections. A second call does nothing. */
  @Override
  void close();
}
