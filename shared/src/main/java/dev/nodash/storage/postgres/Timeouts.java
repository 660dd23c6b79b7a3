package dev.nodash.storage.postgres;

import java.time.Duration;

/**
 * How a call's deadline is shared out, so that the parts add up to it at most: waiting for a connection and proving that
 * it is alive; then the statement, which is cancelled a second before its socket is given up. A cancelled statement was
 * rolled back; one whose socket was given up may have been committed.
 *
 * @param connection how long a call waits for a connection
 * @param validation how long a connection may take to prove that it is alive
 * @param statementSeconds after which a statement is cancelled
 * @param socketSeconds after which a socket that answers nothing is given up
 */
record Timeouts(Duration connection, Duration validation, int statementSeconds, int socketSeconds) {
  /** How long the driver waits for the engine to take a cancellation. */
  static final int CANCEL_SECONDS = 1;

  private static final Duration SHORTEST = Duration.ofSeconds(4);
  private static final Duration VALIDATION = Duration.ofSeconds(1);

  static Timeouts of(Duration deadline) {
    if (deadline.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("deadline: " + deadline + ", must be " + SHORTEST + " or more");
    }
    var connection = deadline.dividedBy(4);
    var socketSeconds = (int) deadline.minus(connection).minus(VALIDATION).toSeconds();
    return new Timeouts(connection, VALIDATION, socketSeconds - CANCEL_SECONDS, socketSeconds);
  }
}
