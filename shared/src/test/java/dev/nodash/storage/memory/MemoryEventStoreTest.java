package dev.nodash.storage.memory;

import dev.nodash.storage.EventReader;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.kit.EventStoreContract;

class MemoryEventStoreTest extends EventStoreContract {
  private MemoryEventStore memory = new MemoryEventStore();

  @Override
  protected EventStore store() {
    return memory;
  }

  @Override
  protected EventReader reader() {
    return memory;
  }

  @Override
  protected EventStore second() {
    return new MemoryEventStore();
  }

  @Override
  protected void crash() {
    memory = new MemoryEventStore();
  }
}
