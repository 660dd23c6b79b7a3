package dev.nodash.storage;

import java.time.Instant;

/** An event store that deletes old events only when it is told to; one whose engine does so by itself is none. */
public interface Retention {

  /**
   * Deletes events with a timestamp before {@code cutoff}, of all tenants, as many as can be deleted in a second or so
   * without being in the way of appends.
   *
   * @return whether older events may be left, so that it should be called again soon
   * @throws StoreException if it could not
   */
  boolean deleteBefore(Instant cutoff);
}
