package dev.nodash.storage.clickhouse;

import static dev.nodash.storage.clickhouse.ClickHouseEventStoreTest.OPTIONS;

import dev.nodash.storage.clickhouse.ClickHouseEventStore.Options;
import java.util.UUID;

/** A database of a test's own on the shared engine. */
final class Database implements AutoCloseable {
  private final ClickHouseEngine engine = ClickHouseEngine.shared();
  private final String name = "t_" + UUID.randomUUID().toString().replace('-', '_');

  Database() {
    engine.sql("CREATE DATABASE " + name);
  }

  ClickHouseEventStore open() {
    return open(OPTIONS);
  }

  ClickHouseEventStore open(Options options) {
    return new ClickHouseEventStore(ClickHouseUrl.parse(engine.url(name)), options);
  }

  /** Runs a statement in which {@code %s} is a table of the database. */
  String sql(String statement, String table) {
    return engine.sql(statement.formatted(name + "." + table));
  }

  String tables() {
    return engine.sql("SELECT arrayStringConcat(arraySort(groupArray(name)), ' ') FROM system.tables WHERE database = '"
        + name + "'");
  }

  /** How the engine describes the table. */
  String definition(String table) {
    return engine
        .sql("SELECT engine_full FROM system.tables WHERE database = '" + name + "' AND name = '" + table + "'");
  }

  int parts() {
    return Integer.parseInt(engine.sql("SELECT count() FROM system.parts WHERE active AND database = '" + name
        + "' AND table = 'events_raw'"));
  }

  @Override
  public void close() {
    engine.sql("DROP DATABASE " + name);
  }
}
