package dev.nodash.storage.dynamodb;

import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A call that DynamoDB did not do, by the name of its error (API version 2012-08-10). Messages name the operation and the
 * error and quote nothing of an item.
 */
final class Fault extends Exception {
  static final String CONDITION = "ConditionalCheckFailedException";
  static final String NO_TABLE = "ResourceNotFoundException";
  static final String IN_USE = "ResourceInUseException";
  /** What the service says of a request as such, an item that is too large among it. */
  private static final Set<String> DATA = Set.of("ValidationException", "ValidationError",
      "ItemCollectionSizeLimitExceededException", "ItemCollectionSizeLimitExceeded");
  /** Refused for now: certainly not done. The second half is how a statement of a batch has it. */
  private static final Set<String> THROTTLED = Set.of("ProvisionedThroughputExceededException", "ThrottlingException",
      "RequestLimitExceeded", "LimitExceededException", "TransactionConflictException", "ThrottlingError",
      "ProvisionedThroughputExceeded", "TransactionConflict");
  /** The service's own fault, of which nobody can say how far it came. */
  private static final Set<String> INTERNAL = Set.of("InternalServerError", "InternalServerErrorException",
      "ServiceUnavailable", "ServiceUnavailableException", "InternalFailure");

  private final String error;
  private final boolean passing;
  private final boolean certain;
  private final Optional<Item> item;

  private Fault(String message, String error, boolean passing, boolean certain, Optional<Item> item,
      @Nullable Throwable cause) {
    super(message, cause, false, false);
    this.error = error;
    this.passing = passing;
    this.certain = certain;
    this.item = item;
  }

  /**
   * An error that was answered.
   *
   * @param item what a condition failed on
   */
  static Fault answered(String operation, String error, int status, Optional<Item> item) {
    var internal = INTERNAL.contains(error) || status >= 500;
    return new Fault(operation + ": " + error + " (HTTP " + status + ")", error,
        internal || THROTTLED.contains(error), !internal, item, null);
  }

  /** The request was not sent. */
  static Fault unsent(String operation, String reason, Throwable cause) {
    return new Fault(operation + ": " + reason, "", false, true, Optional.empty(), cause);
  }

  /**
   * The connection broke before an answer.
   *
   * @param passing whether to try another one, since this one may just have been idle for too long
   */
  static Fault unanswered(String operation, boolean passing, Throwable cause) {
    return new Fault(operation + ": no answer, " + cause.getClass().getSimpleName(), "", passing, false,
        Optional.empty(), cause);
  }

  boolean is(String name) {
    return error.equals(name);
  }

  /** Whether the same call may succeed in a moment. */
  boolean isPassing() {
    return passing;
  }

  /** Whether certainly nothing was written. */
  boolean isCertain() {
    return certain;
  }

  /** The item as it is, where a condition failed and it was asked for. */
  Optional<Item> item() {
    return item;
  }

  /**
   * As the ports say it.
   *
   * @param certain whether nothing was written by any try
   */
  StoreException told(boolean certain) {
    var message = "DynamoDB: " + getMessage();
    if (!certain) {
      return new OutcomeUnknown(message, this);
    }
    return DATA.contains(error) ? new DataRefused(message, this) : new StoreUnavailable(message, this);
  }
}
