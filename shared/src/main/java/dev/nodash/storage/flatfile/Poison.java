package dev.nodash.storage.flatfile;

import dev.nodash.storage.StoreUnavailable;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a store: once a force has failed, nobody knows what is on the disk, and a second force may succeed without
 * having written what the first one lost. So nothing is acknowledged any more until the process starts again.
 */
final class Poison {
  private static final Logger LOG = LoggerFactory.getLogger(Poison.class);

  private final AtomicReference<@Nullable String> fault = new AtomicReference<>();

  void set(String what, Throwable cause) {
    if (fault.compareAndSet(null, what + ": " + cause)) {
      LOG.error("{}; nothing more is stored until the process starts again", what, cause);
    }
  }

  Optional<String> fault() {
    return Optional.ofNullable(fault.get());
  }

  /** Refuses to go on if the store has ended. */
  void check() {
    var what = fault.get();
    if (what != null) {
      throw new StoreUnavailable("the store has stopped until a restart: " + what);
    }
  }
}
