package dev.nodash.storage.clickhouse;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The tables that there are in the database, read in two queries. */
final class Catalog {
  private static final String NAMES = " WHERE database = currentDatabase() AND %s IN ('" + Schema.TABLE + "', '"
      + Schema.VIEW + "', '" + Migration.VERSIONS + "')";

  private final Map<String, Table> tables = new HashMap<>();

  private Catalog() {}

  /**
   * One table.
   *
   * @param definition the engine with all that belongs to it: its parameters, keys, TTL and settings
   * @param columns their types by name
   */
  record Table(String engine, String definition, Map<String, String> columns) {}

  private record Column(String table, String name, String type) {}

  static Catalog of(Server server) {
    var catalog = new Catalog();
    server.query(row -> catalog.tables.put(row.getString("name"),
        new Table(row.getString("engine"), row.getString("engine_full"), new HashMap<>())),
        "SELECT name, engine, engine_full FROM system.tables" + NAMES.formatted("name"));
    server.query(row -> new Column(row.getString("table"), row.getString("name"), row.getString("type")),
        "SELECT table, name, type FROM system.columns" + NAMES.formatted("table")).forEach(
            column -> catalog
                .table(column.table).ifPresent(table -> table.columns().put(column.name, column.type)));
    return catalog;
  }

  Optional<Table> table(String name) {
    return Optional.ofNullable(tables.get(name));
  }
}
