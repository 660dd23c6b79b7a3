package dev.nodash.storage.clickhouse;

import dev.nodash.storage.StoreUnavailable;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls of the driver that end within a deadline, come what may. Each runs in a virtual thread of its own: interrupting
 * that one closes its socket, so that not even a body which a frozen server does not take in holds anything up.
 */
final class Calls implements AutoCloseable {
  private final ClickHouseUrl url;
  private final Duration deadline;
  private final int connections;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * For one server.
   *
   * @param connections how many the driver keeps open
   */
  Calls(ClickHouseUrl url, Duration deadline, int connections) {
    this.url = url;
    this.deadline = deadline;
    this.connections = connections;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /**
   * What the call answers.
   *
   * @param parts how many parts it writes, none if it only reads
   * @throws dev.nodash.storage.StoreException as {@link Failures} has it
   */
  <T> T run(int parts, Callable<T> call) {
    try {
      var answer = threads.submit(() -> sent(call));
      try {
        return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
      } finally {
        answer.cancel(true);
      }
    } catch (RejectedExecutionException e) {
      throw new StoreUnavailable("the store is closed", e);
    } catch (ExecutionException e) {
      throw Failures.classify(cause(e), parts, url);
    } catch (TimeoutException e) {
      throw Failures.classify(e, parts, url);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.classify(e, parts, url);
    }
  }

  /**
   * Sends again what went out on a connection that was lost: most often one that the server had closed while it was idle,
   * as all in the pool are after a restart. What arrives twice is stored once. If it fails at last, the first failure
   * counts, as that one may have been written.
   */
  private <T> T sent(Callable<T> call) throws Exception {
    Exception first = null;
    for (int left = connections;; left--) {
      try {
        return call.call();
      } catch (Exception e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
        if (left == 0 || !Failures.wasLost(e) || Thread.currentThread().isInterrupted()) {
          throw first;
        }
      }
    }
  }

  private static Throwable cause(ExecutionException e) {
    var cause = e.getCause();
    return cause == null ? e : cause;
  }
}
