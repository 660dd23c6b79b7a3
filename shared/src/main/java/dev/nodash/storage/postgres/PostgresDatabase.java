package dev.nodash.storage.postgres;

import com.zaxxer.hikari.HikariDataSource;
import dev.nodash.storage.Health;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL database with the tables of Nodash, and the pool of connections that its stores share. It is closed with
 * the last of them.
 *
 * <p>Each call is one statement in a transaction of its own, at READ COMMITTED, within the deadline. The pool gives up
 * connections of which nobody has asked anything for ten minutes. A
 * connection pooler in between must be one that prepared statements work through;
 * else add {@code prepareThreshold=0} to the URL.
 */
public final class PostgresDatabase {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresDatabase.class);

  private final PostgresUrl url;
  private final Timeouts timeouts;
  private final HikariDataSource pool;
  private final boolean durable;
  private final Duration deadline;
  private final AtomicInteger stores = new AtomicInteger();
  private final Semaphore calls = new Semaphore(Integer.MAX_VALUE);
  private volatile boolean closed;

  private PostgresDatabase(PostgresUrl url, Duration deadline, Timeouts timeouts, HikariDataSource pool,
      boolean durable) {
    this.url = url;
    this.deadline = deadline;
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
    var pool = Pool.open(url, connections, timeouts, deadline);
    try {
      var schema = new Schema(url, pool, Pool.source(url, timeouts, Pool.UNBOUNDED));
      return new PostgresDatabase(url, deadline, timeouts, pool, schema.prepare(mode, requireDurable));
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
    return call(connection -> {
      try (var statement = connection.prepareStatement(sql)) {
        statement.setQueryTimeout(timeouts.statementSeconds());
        return work.run(statement);
      }
    });
  }

  /** Sends rows to a COPY … FROM STDIN, whose failure the caller wants to look at. */
  void copy(String sql, byte[] rows) throws SQLException {
    call(connection -> {
      try {
        Copy.run(connection.unwrap(PGConnection.class), sql, rows, timeouts.statementSeconds());
        return rows;
      } catch (SQLException e) {
        if (!Failures.refusesRows(e)) {
          // The pool has not seen it, since it does not stand between this and the driver's own connection.
          pool.evictConnection(connection);
        }
        throw e;
      }
    });
  }

  private interface Call<T> {
    T run(Connection connection) throws SQLException;
  }

  private <T> T call(Call<T> call) throws SQLException {
    if (closed || !calls.tryAcquire()) {
      throw new StoreUnavailable(url + " is closed");
    }
    try (var connection = connect()) {
      return call.run(connection);
    } finally {
      calls.release();
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

  /** One store less uses it; the last one lets the calls under way finish and closes the connections. */
  void release() {
    if (stores.decrementAndGet() > 0) {
      return;
    }
    closed = true;
    try (pool) {
      if (!calls.tryAcquire(Integer.MAX_VALUE, deadline.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.error("{} is closed under a call that has not ended in its deadline", url);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Connection connect() {
    try {
      return pool.getConnection();
    } catch (SQLException e) {
      throw new StoreUnavailable("no connection to " + url, e);
    }
  }
}
