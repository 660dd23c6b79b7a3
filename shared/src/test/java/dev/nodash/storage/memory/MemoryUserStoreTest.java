package dev.nodash.storage.memory;

import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore;
import dev.nodash.storage.kit.UserStoreContract;

class MemoryUserStoreTest extends UserStoreContract {
  private MemoryUserStore memory = new MemoryUserStore();

  @Override
  protected UserStore store() {
    return memory;
  }

  @Override
  protected UserReader reader() {
    return memory;
  }

  @Override
  protected UserStore second() {
    return new MemoryUserStore();
  }

  @Override
  protected void crash() {
    memory = new MemoryUserStore();
  }
}
