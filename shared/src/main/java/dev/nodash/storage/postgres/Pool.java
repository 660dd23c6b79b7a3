package dev.nodash.storage.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.net.URLEncoder;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.jspecify.annotations.Nullable;

/** Makes connections: how the driver and the pool are set. */
final class Pool {
  /** For statements of the schema's migration, which may take long. */
  static final int UNBOUNDED = 0;

  private Pool() {}

  /**
   * A pool with its first connection.
   *
   * @throws IllegalStateException if the engine gives none in the deadline
   */
  static HikariDataSource open(PostgresUrl url, int connections, Timeouts timeouts, Duration deadline) {
    var config = new HikariConfig();
    config.setPoolName("nodash-postgres");
    config.setDataSource(source(url, timeouts, timeouts.socketSeconds()));
    config.setMaximumPoolSize(connections);
    // With one to keep, the pool would try alone after an outage, and pause for up to 5 seconds between.
    config.setMinimumIdle(0);
    config.setConnectionTimeout(timeouts.connection().toMillis());
    config.setValidationTimeout(timeouts.validation().toMillis());
    config.setInitializationFailTimeout(deadline.toMillis());
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw new IllegalStateException(url + " " + reason(e.getCause()), e);
    }
  }

  /** Why there is no connection, by its SQLSTATE. */
  private static String reason(@Nullable Throwable cause) {
    var state = cause instanceof SQLException fault ? String.valueOf(fault.getSQLState()) : "";
    return state.startsWith("28")
        ? "refuses the user or the password"
        : state.equals("3D000")
            ? "has no such database"
            : "cannot be reached";
  }

  static PGSimpleDataSource source(PostgresUrl url, Timeouts timeouts, int socketSeconds) {
    var source = new PGSimpleDataSource();
    source.setUrl("jdbc:postgresql://" + url.hosts() + "/"
        + URLEncoder.encode(url.database(), UTF_8));
    source.setApplicationName("nodash");
    source.setTcpKeepAlive(true);
    // The detail of an error quotes the row, and the row is somebody's.
    source.setLogServerErrorDetail(false);
    url.parameters().forEach((name, value) -> set(source, name, value));
    source.setUser(url.user());
    if (!url.password().isEmpty()) {
      source.setPassword(url.password());
    }
    source.setConnectTimeout(Math.max(1, (int) timeouts.connection().toSeconds()));
    source.setSocketTimeout(socketSeconds);
    source.setProperty(PGProperty.CANCEL_SIGNAL_TIMEOUT, Integer.toString(Timeouts.CANCEL_SECONDS));
    return source;
  }

  private static void set(PGSimpleDataSource source, String name, String value) {
    try {
      source.setProperty(name, value);
    } catch (SQLException e) {
      throw new IllegalArgumentException("the parameter " + name + " is not known", e);
    }
  }
}
