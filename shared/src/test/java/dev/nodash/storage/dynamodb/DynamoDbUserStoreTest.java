package dev.nodash.storage.dynamodb;

import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore;
import dev.nodash.storage.kit.UserStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class DynamoDbUserStoreTest extends UserStoreContract {
  private static DynamoDbUserStore store;
  private static DynamoDbUserStore second;

  @BeforeAll
  static void open() {
    store = new DynamoDbUserStore(Databases.open(DynamoDbEngine.shared().url()));
    second = new DynamoDbUserStore(Databases.open(DynamoDbEngine.shared().url()));
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
  protected long limit() {
    return DynamoDbUserStore.LIMIT;
  }

  @Override
  protected void crash() {
    DynamoDbEngine.shared().kill();
    DynamoDbEngine.shared().restart();
    close();
    open();
  }
}
