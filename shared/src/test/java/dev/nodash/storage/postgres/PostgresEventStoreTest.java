package dev.nodash.storage.postgres;

import dev.nodash.storage.EventReader;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.kit.EventStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresEventStoreTest extends EventStoreContract {
  private static PostgresEventStore store;
  private static PostgresEventStore second;

  @BeforeAll
  static void open() {
    store = new PostgresEventStore(Databases.open(PostgresEngine.shared().url()));
    second = new PostgresEventStore(Databases.open(PostgresEngine.shared().url()));
  }

  @AfterAll
  static void close() {
    store.close();
    second.close();
  }

  @Override
  protected EventStore store() {
    return store;
  }

  @Override
  protected EventReader reader() {
    return store;
  }

  @Override
  protected EventStore second() {
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
