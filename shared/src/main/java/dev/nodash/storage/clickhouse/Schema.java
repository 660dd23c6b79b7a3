package dev.nodash.storage.clickhouse;

import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Brings the database into the shape that the store needs, or says what is in the way. */
final class Schema {
  static final String TABLE = "events_raw";
  static final String VIEW = "events";
  /** What makes two rows one: a table sorted by anything else does not keep an event once. */
  private static final String KEY = "tenant_id, event_date, event_id";

  private static final int MOST_LOOKS = 50;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final Server server;

  Schema(Server server) {
    this.server = server;
  }

  /**
   * Creates, migrates and sets what is missing, or checks it.
   *
   * @throws IllegalStateException if a table is another's, or if something is missing and may not be changed
   */
  void prepare(Options options) {
    var auto = options.schema() == SchemaMode.AUTO;
    var catalog = Catalog.of(server);
    var migration = new Migration(server);
    var pending = migration.pending(catalog);
    refuse(foreign(catalog, auto && !pending.isEmpty()));
    if (auto && !pending.isEmpty()) {
      migration.run(pending);
      catalog = complete();
      refuse(foreign(catalog, false));
    }
    refuse(missing(catalog, auto ? List.of() : pending));
    refuse(new TableSettings(server, catalog.table(TABLE).orElseThrow().definition()).apply(options));
  }

  /**
   * What is there once it is all there: another process that starts at the same time may be replacing the view at this very
   * moment, which not every engine of a database does in one step.
   */
  private Catalog complete() {
    var catalog = Catalog.of(server);
    for (int tries = 1; tries < MOST_LOOKS && !missing(catalog, List.of()).isEmpty(); tries++) {
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      catalog = Catalog.of(server);
    }
    return catalog;
  }

  private void refuse(List<String> faults) {
    if (!faults.isEmpty()) {
      throw new IllegalStateException("the schema of ClickHouse at " + server.url() + " is not as it must be: "
          + String.join("; ", faults));
    }
  }

  private static List<String> missing(Catalog catalog, List<String> pending) {
    var faults = new ArrayList<String>();
    pending.forEach(script -> faults.add("the script " + script + " was not run"));
    for (var name : List.of(TABLE, VIEW)) {
      if (catalog.table(name).isEmpty()) {
        faults.add("there is no " + name);
      }
    }
    return faults;
  }

  /**
   * What is not ours about the tables that there are.
   *
   * @param toCome whether columns may be missing that a migration will add
   */
  private static List<String> foreign(Catalog catalog, boolean toCome) {
    var faults = new ArrayList<String>();
    catalog.table(TABLE).ifPresent(table -> {
      faults.addAll(columns(TABLE, table.columns(), toCome));
      if (!table.definition().matches("(?s)\\w*ReplacingMergeTree\\(([^()]*, )?version\\) .*ORDER BY \\(" + KEY
          + "\\).*")) {
        faults.add(TABLE + " is a " + table.engine() + " and must be a ReplacingMergeTree(version) ordered by " + KEY);
      }
    });
    catalog.table(VIEW).ifPresent(view -> {
      faults.addAll(columns(VIEW, view.columns(), toCome));
      if (!view.engine().equals("View")) {
        faults.add(VIEW + " is a " + view.engine() + " and must be a view of " + TABLE);
      }
    });
    return faults;
  }

  /** Other columns may be there as well; they get their defaults. */
  private static List<String> columns(String table, Map<String, String> found, boolean toCome) {
    return EventRow.COLUMNS.stream().filter(column -> !column.type().equals(found.get(column.name())))
        .filter(column -> !toCome || found.containsKey(column.name()) || !EventRow.ADDED.contains(column.name()))
        .map(column -> "column " + column.name() + " of " + table + " is "
            + found.getOrDefault(column.name(), "missing") + " and must be " + column.type())
        .toList();
  }
}
