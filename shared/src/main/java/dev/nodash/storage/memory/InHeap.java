package dev.nodash.storage.memory;

import dev.nodash.storage.Component;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import java.util.Set;

/** What holds nothing but memory: it is healthy as long as the process runs, and there is nothing to close. */
interface InHeap extends Component {

  @Override
  default Health check() {
    return Health.HEALTHY;
  }

  @Override
  default boolean waits() {
    return false;
  }

  @Override
  default Set<Guarantee> guarantees() {
    return Set.of();
  }

  @Override
  default void close() {
    // the garbage collector does it
  }
}
