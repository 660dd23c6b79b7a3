package dev.nodash.storage.bigquery;

import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A call that BigQuery did not do, by its status and the reason in its answer (BigQuery's page "Error messages"). Messages
 * name both and quote nothing else, since the service quotes values.
 */
final class Fault extends Exception {
  static final int NOT_FOUND = 404;
  static final int CONFLICT = 409;
  private static final int UNAUTHORIZED = 401;
  private static final int TIMEOUT = 408;
  private static final int TOO_MANY = 429;
  private static final int SERVER = 500;
  /** What is wrong with a request as such. */
  private static final Set<Integer> DATA = Set.of(400, 413);
  /** Over a rate that is measured by the second; a quota, which is {@code quotaExceeded}, lasts. */
  private static final String RATE = "rateLimitExceeded";

  private final int status;
  private final boolean passing;
  private final boolean certain;

  private Fault(String message, int status, boolean passing, boolean certain, @Nullable Throwable cause) {
    super(message, cause, false, false);
    this.status = status;
    this.passing = passing;
    this.certain = certain;
  }

  /** An error that was answered. */
  static Fault answered(String call, int status, String reason) {
    var passing = status >= SERVER || status == TOO_MANY || status == TIMEOUT || status == UNAUTHORIZED
        || reason.equals(RATE);
    return new Fault(call + ": HTTP " + status + ", " + reason, status, passing, status < SERVER && status != TIMEOUT,
        null);
  }

  /** The request was not sent. */
  static Fault unsent(String call, String reason, Throwable cause) {
    return new Fault(call + ": " + reason, 0, false, true, cause);
  }

  /**
   * The connection broke before an answer.
   *
   * @param passing whether to try another one, since this one may just have been idle for too long
   */
  static Fault unanswered(String call, boolean passing, Throwable cause) {
    return new Fault(call + ": no answer, " + cause.getClass().getSimpleName(), 0, passing, false, cause);
  }

  boolean is(int other) {
    return status == other;
  }

  /** Whether the token was not accepted, which a new one may be. */
  boolean isOfToken() {
    return status == UNAUTHORIZED;
  }

  /** Whether the same call may succeed in a moment. */
  boolean isPassing() {
    return passing;
  }

  /** Whether certainly nothing was written. */
  boolean isCertain() {
    return certain;
  }

  /**
   * As the ports say it.
   *
   * @param certain whether nothing was written by any try
   */
  StoreException told(boolean certain) {
    var message = "BigQuery: " + getMessage();
    if (!certain) {
      return new OutcomeUnknown(message, this);
    }
    return DATA.contains(status) ? new DataRefused(message, this) : new StoreUnavailable(message, this);
  }
}
