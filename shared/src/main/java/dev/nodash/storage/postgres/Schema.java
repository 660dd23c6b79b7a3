package dev.nodash.storage.postgres;

import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.UserStore;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * The tables and what the engine promises of them, looked at once, at start.
 *
 * <p>{@link SchemaMode#AUTO} creates the schema if it is missing and runs the migrations of {@code db/postgres} under
 * Flyway's lock, with the history in {@value Migration#HISTORY}; processes that start at the same time wait for each other.
 * {@link SchemaMode#VERIFY} only looks, needs no right but those to read and write rows, and does not care who made the
 * tables. Columns, indexes and constraints that others added are left alone.
 */
final class Schema {
  private static final Set<String> SHAPE = Set.of(
      "events PRIMARY KEY (event_id, tenant_id)", "events.tenant_id text", "events.event_id uuid",
      "events.event_type text", "events.event_name text", "events.message_id text", "events.user_id text",
      "events.anonymous_id text", "events.session_id text", "events.device_id text",
      "events.timestamp timestamp with time zone", "events.received_at timestamp with time zone",
      "events.sent_timestamp text", "events.properties text", "events.traits text", "events.context text",
      "events.category text", "events.group_id text", "events.previous_id text", "events.sent_at text",
      "events.skew_corrected boolean",
      "users PRIMARY KEY (tenant_id, user_id)", "users CHECK ((bytes <= " + UserStore.MAX_BYTES + "))",
      "users.tenant_id text", "users.user_id text", "users.first_seen timestamp with time zone",
      "users.created_by uuid", "users.trait_keys text[]", "users.trait_values text[]",
      "users.trait_times timestamp with time zone[]", "users.trait_events uuid[]", "users.bytes bigint",
      "GRANT SELECT ON events", "GRANT INSERT ON events", "GRANT SELECT ON users", "GRANT INSERT ON users",
      "GRANT UPDATE ON users");
  private static final String FOUND = """
      WITH tables AS (
        SELECT c.oid, c.relname AS name
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ? AND c.relname IN ('events', 'users')
      )
      SELECT name || '.' || attname || ' ' || format_type(atttypid, atttypmod)
      FROM tables JOIN pg_catalog.pg_attribute ON attrelid = oid WHERE attnum > 0 AND NOT attisdropped
      UNION ALL
      SELECT name || ' ' || pg_get_constraintdef(c.oid)
      FROM tables t JOIN pg_catalog.pg_constraint c ON conrelid = t.oid
      UNION ALL
      SELECT 'GRANT ' || privilege || ' ON ' || name
      FROM tables, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS privilege
      WHERE has_table_privilege(oid, privilege)""";
  private static final String SETTINGS = """
      SELECT current_setting('server_encoding'), current_setting('fsync'), current_setting('synchronous_commit')""";

  private final PostgresUrl url;
  private final DataSource pool;
  private final DataSource unbounded;

  /**
   * A schema that is not looked at yet.
   *
   * @param unbounded connections that wait for a statement as long as it takes, for migrations
   */
  Schema(PostgresUrl url, DataSource pool, DataSource unbounded) {
    this.url = url;
    this.pool = pool;
    this.unbounded = unbounded;
  }

  /**
   * Brings or checks the tables; answers whether what the engine acknowledges is there after it was killed.
   *
   * @throws IllegalStateException if something is not as it must be, in words
   */
  boolean prepare(SchemaMode mode, boolean requireDurable) {
    try {
      var settings = settings();
      if (!settings.encoding().equals("UTF8")) {
        throw new IllegalStateException(url + " has the encoding " + settings.encoding() + ", must be UTF8");
      }
      if (requireDurable && !settings.isDurable()) {
        throw new IllegalStateException(url + " may lose what it acknowledged when it crashes: fsync is "
            + settings.fsync() + " and synchronous_commit is " + settings.synchronousCommit() + ", neither may be off");
      }
      if (mode == SchemaMode.AUTO) {
        migrate();
      }
      var missing = missing();
      if (!missing.isEmpty()) {
        throw new IllegalStateException(words(missing));
      }
      return settings.isDurable();
    } catch (SQLException e) {
      throw new IllegalStateException(url + " does not tell what it has (SQLSTATE " + e.getSQLState() + ")", e);
    }
  }

  private void migrate() throws SQLException {
    try {
      Migration.run(unbounded, url.schema());
    } catch (IllegalStateException e) {
      var missing = missing();
      throw new IllegalStateException(missing.isEmpty() || missing.equals(SHAPE)
          ? url + ": the tables cannot be made or migrated in the schema " + url.schema()
          : words(missing), e);
    }
  }

  private String words(Set<String> missing) {
    if (missing.equals(SHAPE)) {
      return url + ": the schema " + url.schema() + " has no tables events and users";
    }
    return url + ": the tables events and users of the schema " + url.schema()
        + " are older than this version or not made by it, they lack " + String.join("; ", new TreeSet<>(missing));
  }

  private Set<String> missing() throws SQLException {
    var missing = new HashSet<>(SHAPE);
    try (var connection = pool.getConnection(); var statement = connection.prepareStatement(FOUND)) {
      statement.setString(1, url.schema());
      for (var rows = statement.executeQuery(); rows.next();) {
        missing.remove(rows.getString(1));
      }
    }
    return missing;
  }

  private Settings settings() throws SQLException {
    try (var connection = pool.getConnection(); var statement = connection.prepareStatement(SETTINGS)) {
      var rows = statement.executeQuery();
      rows.next();
      return new Settings(rows.getString(1), rows.getString(2), rows.getString(3));
    }
  }

  /** What the engine is set to for this user and database. */
  private record Settings(String encoding, String fsync, String synchronousCommit) {

    boolean isDurable() {
      return !fsync.equals("off") && !synchronousCommit.equals("off");
    }
  }
}
