package dev.nodash.storage.postgres;

import dev.nodash.storage.SchemaMode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

/** Databases of the shared engine as tests open them. */
final class Databases {
  static final Duration DEADLINE = Duration.ofSeconds(4);

  private Databases() {}

  static PostgresDatabase open(String url) {
    return open(url, SchemaMode.AUTO);
  }

  static PostgresDatabase open(String url, SchemaMode mode) {
    return PostgresDatabase.open(PostgresUrl.parse(url), 8, DEADLINE, mode, true);
  }

  /** A schema that is not there yet. */
  static String schema() {
    return "s_" + UUID.randomUUID().toString().replace('-', '_');
  }

  static String url(String schema) {
    return PostgresEngine.shared().url() + "?currentSchema=" + schema;
  }

  /** A connection past the store, as an administrator has it. */
  static Connection admin() throws SQLException {
    return DriverManager.getConnection("jdbc:" + PostgresEngine.shared().url().replace("postgres@", "")
        + "?user=postgres");
  }

  static void execute(String sql) throws SQLException {
    try (var connection = admin(); var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Keeps writers of events out until it is rolled back. */
  static Connection lock(String schema) throws SQLException {
    var connection = admin();
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("LOCK TABLE " + schema + ".events IN EXCLUSIVE MODE");
    }
    return connection;
  }

  /** The first column of the first row. */
  static String ask(String sql) throws SQLException {
    try (var connection = admin(); var statement = connection.createStatement()) {
      var rows = statement.executeQuery(sql);
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }
}
