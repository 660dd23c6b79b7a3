package dev.nodash.storage.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.nodash.storage.Health;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL database with the tables of Nodash, and the pool of connections that its stores share. It is closed with
 * the last of them.
 *
 * <p>Each call is one statement in a transaction of its own, at READ COMMITTED, within the deadline. The pool keeps one
 * connection while nothing is asked. A connection pooler in between must be one that prepared statements work through;
 * else add {@code prepareThreshold=0} to the URL.
 */
public final class PostgresDatabase {
  private final PostgresUrl url;
  private final Timeouts timeouts;
  private final HikariDataSource pool;
  private final boolean durable;
  private final AtomicInteger stores = new AtomicInteger();

  private PostgresDatabase(PostgresUrl url, Timeouts timeouts, HikariDataSource pool, boolean durable) {
    this.url = url;
    this.timeouts = timeouts;
    this.pool = pool;
    this.durable = durable;
  }

  /**
   * Connects, waiting up to the deadline for the engine to come up, and brings or checks the tables.
   *
   * @param connections how many may be open at most
   * @param deadline how long a call may take in all, 4 seconds or more
   * @param requireDurable whether an engine that acknowledges what a crash may lose is refused
   * @throws IllegalStateException if the engine cannot be reached or used, or the tables are not as they must be
   */
  public static PostgresDatabase open(PostgresUrl url, int connections, Duration deadline, SchemaMode mode,
      boolean requireDurable) {
    if (connections < 1) {
      throw new IllegalArgumentException("connections: " + connections + ", must be 1 or more");
    }
    var timeouts = Timeouts.of(deadline);
    var pool = pool(url, connections, timeouts, deadline);
    try {
      var schema = new Schema(source(url, timeouts, 0), url);
      return new PostgresDatabase(url, timeouts, pool, schema.prepare(mode, requireDurable));
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  /** What is done with a statement that is ready to be given its values and run. */
  interface Work<T> {
    T run(PreparedStatement statement) throws SQLException;
  }

  <T> T read(String sql, Work<T> work) {
    try {
      return run(sql, work);
    } catch (SQLException e) {
      throw Failures.of(e, false);
    }
  }

  <T> T write(String sql, Work<T> work) {
    try {
      return run(sql, work);
    } catch (SQLException e) {
      throw Failures.of(e, true);
    }
  }

  /** Runs a statement whose failure the caller wants to look at. */
  <T> T run(String sql, Work<T> work) throws SQLException {
    try (var connection = connect(); var statement = connection.prepareStatement(sql)) {
      statement.setQueryTimeout(timeouts.statementSeconds());
      return work.run(statement);
    }
  }

  String schema() {
    return url.schema();
  }

  /** Whether what the engine acknowledges is there after it was killed. */
  boolean isDurable() {
    return durable;
  }

  Health check() {
    try {
      var readOnly = read("SHOW transaction_read_only", statement -> {
        var rows = statement.executeQuery();
        rows.next();
        return rows.getBoolean(1);
      });
      return readOnly ? Health.unhealthy(url + " is read-only") : Health.HEALTHY;
    } catch (StoreException e) {
      return Health.unhealthy(url + ": " + e.getMessage());
    }
  }

  /** One more store uses it. */
  void retain() {
    stores.incrementAndGet();
  }

  /** One store less uses it. */
  void release() {
    if (stores.decrementAndGet() == 0) {
      pool.close();
    }
  }

  private Connection connect() {
    try {
      return pool.getConnection();
    } catch (SQLException e) {
      throw new StoreUnavailable("no connection to " + url, e);
    }
  }

  private static HikariDataSource pool(PostgresUrl url, int connections, Timeouts timeouts, Duration deadline) {
    var config = new HikariConfig();
    config.setPoolName("nodash-postgres");
    config.setDataSource(source(url, timeouts, timeouts.socketSeconds()));
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(timeouts.connection().toMillis());
    config.setValidationTimeout(timeouts.validation().toMillis());
    config.setInitializationFailTimeout(deadline.toMillis());
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw new IllegalStateException(url + " cannot be reached, or refuses the user", e);
    }
  }

  private static PGSimpleDataSource source(PostgresUrl url, Timeouts timeouts, int socketSeconds) {
    var source = new PGSimpleDataSource();
    source.setUrl("jdbc:postgresql://" + url.hosts() + "/"
        + URLEncoder.encode(url.database(), StandardCharsets.UTF_8));
    source.setApplicationName("nodash");
    source.setTcpKeepAlive(true);
    // The detail of an error quotes the row, and the row is somebody's.
    source.setLogServerErrorDetail(false);
    url.parameters().forEach((name, value) -> set(source, name, value));
    source.setUser(url.user());
    source.setPassword(url.password());
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
