package dev.nodash.storage.memory;

import dev.nodash.storage.Component;
import dev.nodash.storage.Health;

/** What holds nothing but memory: it is healthy as long as the process runs, and there is nothing to close. */
interface InHeap extends Component {

  @Override
  default Health check() {
    return Health.HEALTHY;
  }

  @Override
  default void close() {
    // the garbage collector does it
  }
}
