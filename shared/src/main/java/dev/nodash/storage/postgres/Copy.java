package dev.nodash.storage.postgres;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a COPY within a time, which the driver does for statements only. */
final class Copy {
  private static final Logger LOG = LoggerFactory.getLogger(Copy.class);

  private Copy() {}

  /**
   * Sends all rows in a transaction of its own.
   *
   * @param seconds after which the engine is asked to cancel it
   * @throws SQLException if it was not stored, or, without an answer of the engine, perhaps
   */
  static void run(PGConnection connection, String sql, byte[] rows, int seconds) throws SQLException {
    var end = new CompletableFuture<Void>();
    var watch = end.orTimeout(seconds, SECONDS).exceptionallyAsync(_ -> cancel(connection), Thread::startVirtualThread);
    try {
      var copy = connection.getCopyAPI().copyIn(sql);
      copy.writeToCopy(rows, 0, rows.length);
      copy.endCopy();
    } finally {
      end.complete(null);
      // A cancellation under way would hit the connection's next statement.
      watch.join();
    }
  }

  private static @Nullable Void cancel(PGConnection connection) {
    try {
      connection.cancelQuery();
    } catch (SQLException e) {
      LOG.warn("a COPY that takes too long could not be cancelled: {}", e.getMessage());
    }
    return null;
  }
}
