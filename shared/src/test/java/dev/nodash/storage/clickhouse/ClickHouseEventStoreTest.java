package dev.nodash.storage.clickhouse;

import dev.nodash.storage.EventReader;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Durability;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Inserts;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Options;
import dev.nodash.storage.kit.EventStoreContract;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class ClickHouseEventStoreTest extends EventStoreContract {
  static final Options OPTIONS = new Options(SchemaMode.AUTO, Inserts.BATCHED, Durability.FSYNC, Optional.empty(),
      Duration.ofSeconds(10));

  private final ClickHouseEngine engine = ClickHouseEngine.shared();
  private ClickHouseEventStore store;
  private ClickHouseEventStore second;

  static ClickHouseEventStore open() {
    return new ClickHouseEventStore(ClickHouseUrl.parse(ClickHouseEngine.shared().url()), OPTIONS);
  }

  @BeforeEach
  void openBoth() {
    store = open();
    second = open();
  }

  @AfterEach
  void close() {
    store.close();
    second.close();
  }

  @Override
  protected EventStore store() {
    return store;
  }

  @Override
  protected EventStore second() {
    return second;
  }

  @Override
  protected EventReader reader() {
    return store;
  }

  @Override
  protected void crash() {
    engine.kill();
    engine.restart();
  }
}
