package dev.nodash.storage.postgres;

import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What a driver's exception means, by its SQLSTATE. Every statement is a transaction of its own, so an error that the
 * engine answers with means that it was rolled back. Messages name the state and a constraint, never a row.
 */
final class Failures {
  private static final String CONNECTION = "08";
  /** Data exception, constraint violation, check option, a limit of the engine such as an index row's size. */
  private static final Set<String> DATA = Set.of("22", "23", "44", "54");
  /** Raised by a trigger that somebody added. */
  private static final String RAISED = "P0001";
  private static final String COMPLETION_UNKNOWN = "40003";

  private Failures() {}

  /**
   * The failure of a statement that was sent.
   *
   * @param writes whether the statement writes
   */
  static StoreException of(SQLException e, boolean writes) {
    var state = String.valueOf(e.getSQLState());
    var code = state.substring(0, 2);
    var words = " (SQLSTATE " + state + constraint(e).map(name -> ", constraint " + name).orElse("") + ")";
    if (!writes) {
      return new StoreUnavailable("PostgreSQL did not answer the query" + words, e);
    }
    if (refusesRows(e)) {
      return new DataRefused("PostgreSQL refuses the rows" + words, e);
    }
    // A pooler answers with a state of class 08 too, where it lost the engine half-way.
    return answer(e) == null || code.equals(CONNECTION) || state.equals(COMPLETION_UNKNOWN)
        ? new OutcomeUnknown("PostgreSQL gave no answer" + words, e)
        : new StoreUnavailable("PostgreSQL did not take the rows" + words, e);
  }

  /** Whether the engine answered that the rows are what it does not take; it is well and nothing was written. */
  static boolean refusesRows(SQLException e) {
    var state = String.valueOf(e.getSQLState());
    return answer(e) != null && (DATA.contains(state.substring(0, 2)) || state.equals(RAISED));
  }

  /** The constraint that was violated. */
  static Optional<String> constraint(SQLException e) {
    return Optional.ofNullable(answer(e)).map(ServerErrorMessage::getConstraint);
  }

  private static @Nullable ServerErrorMessage answer(SQLException e) {
    return e instanceof PSQLException answered ? answered.getServerErrorMessage() : null;
  }
}
