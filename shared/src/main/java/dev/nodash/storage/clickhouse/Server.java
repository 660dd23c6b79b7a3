package dev.nodash.storage.clickhouse;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import com.clickhouse.jdbc.ConnectionImpl;
import com.clickhouse.jdbc.Driver;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The driver, held to a deadline by {@link Calls}. Its one connection is a pool of HTTP connections that all threads
 * share. The engine is told to give up at the deadline too.
 */
final class Server implements AutoCloseable {
  private static final int CONNECTIONS = 16;

  private final ClickHouseUrl url;
  private final Connection connection;
  private final Client client;
  private final Calls calls;

  /** Opens nothing yet: the first call does. */
  Server(ClickHouseUrl url, Duration deadline) {
    this.url = url;
    try {
      this.connection = new Driver().connect("jdbc:clickhouse:" + url.address(), properties(url, deadline));
      this.client = connection.unwrap(ConnectionImpl.class).getClient();
    } catch (SQLException e) {
      throw new IllegalStateException("the driver takes no connection to ClickHouse at " + url, e);
    }
    this.calls = new Calls(url, deadline, CONNECTIONS);
  }

  private static Properties properties(ClickHouseUrl url, Duration deadline) {
    var properties = new Properties();
    properties.putAll(Map.ofEntries(
        Map.entry("user", url.user()),
        Map.entry("password", url.password()),
        Map.entry("database", url.database()),
        // The driver would tell of the last attempt only.
        Map.entry("retry", "0"),
        Map.entry("connection_timeout", millis(deadline.dividedBy(4))),
        Map.entry("connection_request_timeout", millis(deadline.dividedBy(2))),
        Map.entry("socket_timeout", millis(deadline)),
        Map.entry("max_execution_time", String.valueOf(Math.max(1, deadline.toSeconds()))),
        Map.entry("max_open_connections", String.valueOf(CONNECTIONS)),
        // Batches are small and near; the engine's own formats need no zone of the server.
        Map.entry("compress", "false"),
        Map.entry("disable_native_compression", "true"),
        Map.entry("use_server_time_zone", "false"),
        Map.entry("use_time_zone", "UTC"),
        Map.entry("jdbc_sql_parser", "JAVACC")));
    return properties;
  }

  /** Runs a statement that gives no rows. */
  void execute(String sql) {
    calls.run(0, () -> {
      try (var statement = connection.createStatement()) {
        return statement.execute(sql);
      }
    });
  }

  /** The rows of a query; each {@code ?} is a value, a string or a number. */
  <T> List<T> query(Row<T> row, String sql, Object... values) {
    return calls.run(0, () -> {
      try (var statement = connection.prepareStatement(sql)) {
        // Braces in a value are no escapes.
        statement.setEscapeProcessing(false);
        for (int i = 0; i < values.length; i++) {
          statement.setObject(i + 1, values[i]);
        }
        var rows = new ArrayList<T>();
        try (var result = statement.executeQuery()) {
          while (result.next()) {
            rows.add(row.of(result));
          }
        }
        return rows;
      }
    });
  }

  /** Inserts a block in one request, over the driver's own HTTP client: a JDBC batch would become one long text. */
  void insert(String table, List<String> columns, Block block, Map<String, String> settings) {
    calls.run(block.parts(), () -> {
      var insert = new InsertSettings().setDeduplicationToken(block.token());
      settings.forEach(insert::serverSetting);
      try (var response = client
          .insert(table, columns, block.rows(), ClickHouseFormat.RowBinary, insert).get()) {
        return response.getWrittenRows();
      }
    });
  }

  /** Reads one row of a result. */
  interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  ClickHouseUrl url() {
    return url;
  }

  @Override
  public void close() {
    calls.close();
    client.close();
  }

  private static String millis(Duration duration) {
    return String.valueOf(Math.max(1, duration.toMillis()));
  }
}
