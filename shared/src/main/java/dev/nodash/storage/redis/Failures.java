package dev.nodash.storage.redis;

import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** What the driver's exceptions mean. */
final class Failures {
  private Failures() {}

  /**
   * The failure that a call ended with. A thread that was interrupted stays so.
   *
   * <ul>
   * <li>Not sent: nothing was written.
   * <li>The server answered with an error: nothing was written either. A script meets its errors (no memory, read-only,
   * not permitted, still loading) at the first write or before.
   * <li>Sent and not answered, or turned away by the driver's own queue, which is not told apart: it may have been.
   * </ul>
   *
   * @param server for the message; neither it nor the causes hold a credential
   */
  static StoreException classify(Throwable thrown, boolean sent, String server) {
    if (thrown instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    var cause = unwrapped(thrown);
    var root = root(cause);
    if (root instanceof RedisCommandExecutionException) {
      return new StoreUnavailable("Redis at " + server + " refuses: " + root.getMessage(), cause);
    }
    var how = root instanceof TimeoutException ? " in time" : ": " + root;
    return sent
        ? new OutcomeUnknown("Redis at " + server + " gave no answer" + how, cause)
        : new StoreUnavailable("Redis at " + server + " cannot be reached" + how, cause);
  }

  /** Whether the server answered that it is a replica and takes no writes; older ones quote the script's error. */
  static boolean isReplica(Throwable thrown) {
    return root(thrown) instanceof RedisCommandExecutionException refusal
        && String.valueOf(refusal.getMessage()).contains("READONLY");
  }

  /** The driver's exception in those of futures. */
  private static Throwable unwrapped(Throwable thrown) {
    var cause = thrown.getCause();
    return cause != null && (thrown instanceof ExecutionException || thrown instanceof CompletionException)
        ? unwrapped(cause)
        : thrown;
  }

  private static Throwable root(Throwable thrown) {
    var cause = thrown.getCause();
    return cause == null ? thrown : root(cause);
  }
}
