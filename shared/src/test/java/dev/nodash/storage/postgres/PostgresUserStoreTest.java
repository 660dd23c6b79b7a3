package dev.nodash.storage.postgres;

import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore;
import dev.nodash.storage.kit.UserStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresUserStoreTest extends UserStoreContract {
  private static PostgresUserStore store;
  private static PostgresUserStore second;

  @BeforeAll
  static void open() {
    store = new PostgresUserStore(Databases.open(PostgresEngine.shared().url()));
    second = new PostgresUserStore(Databases.open(PostgresEngine.shared().url()));
  }

  @AfterAll
  static void close() {
    store.close();
    second.close();
  }

  @Override
  protected UserStore store() {
    return store;
  }

  @Override
  protected UserReader reader() {
    return store;
  }

  @Override
  protected UserStore second() {
    return second;
  }

  @Override
  protected void crash() {
    PostgresEngine.shared().kill();
    PostgresEngine.shared().restart();
    close();
    open();
  }
}
