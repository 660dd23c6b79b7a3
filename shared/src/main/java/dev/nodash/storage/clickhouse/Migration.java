package dev.nodash.storage.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the scripts in {@code db/clickhouse} that a database has not had yet and remembers them in a table:
 *
 * <pre>
 * nodash_schema_versions(version UInt32, script String, applied_at DateTime('UTC'))
 * </pre>
 *
 * <p>ClickHouse has no transactions around definitions and no lock to hold, so every statement of a script must be one
 * that may be run again: several processes may start at once, and one that was killed half way is made up for.
 */
final class Migration {
  static final String VERSIONS = "nodash_schema_versions";
  /** In order, the first is version 1. A script that was released is never changed. */
  private static final List<String> SCRIPTS = List.of("V1__events.sql", "V2__calls_of_segment.sql");

  private final Server server;

  Migration(Server server) {
    this.server = server;
  }

  /** The scripts that have not been run. */
  List<String> pending(Catalog catalog) {
    if (catalog.table(VERSIONS).isEmpty()) {
      return SCRIPTS;
    }
    var applied = server.query(row -> row.getInt(1), "SELECT DISTINCT version FROM " + VERSIONS);
    var pending = new ArrayList<>(SCRIPTS);
    applied.forEach(version -> pending.remove(version <= SCRIPTS.size() ? SCRIPTS.get(version - 1) : ""));
    return pending;
  }

  void run(List<String> scripts) {
    server.execute("CREATE TABLE IF NOT EXISTS " + VERSIONS + " (version UInt32, script String,"
        + " applied_at DateTime('UTC') DEFAULT now()) ENGINE = ReplacingMergeTree ORDER BY version");
    for (var script : scripts) {
      statements(script).forEach(server::execute);
      var version = SCRIPTS.indexOf(script) + 1;
      server.execute("INSERT INTO " + VERSIONS + " (version, script) VALUES (" + version + ", '" + script + "')");
    }
  }

  private static List<String> statements(String script) {
    try (var in = Migration.class.getResourceAsStream("/db/clickhouse/" + script)) {
      if (in == null) {
        throw new IllegalStateException("the script " + script + " is not in the class path");
      }
      return Stream.of(new String(in.readAllBytes(), UTF_8).split(";\\s*(\n|$)", -1)).filter(sql -> !sql.isBlank())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
