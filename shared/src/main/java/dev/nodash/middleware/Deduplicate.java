package dev.nodash.middleware;

import dev.nodash.middleware.Rejection.Unavailable;
import dev.nodash.model.EventId;
import dev.nodash.model.RandomPool;
import dev.nodash.model.Tenant;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.Owner;
import dev.nodash.storage.StoreUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores an event once, whoever else tries at the same time. The only place that claims, confirms, releases or keeps a
 * lease:
 *
 * <ol>
 * <li>The first attempt in this process claims the event; attempts beside it wait for its outcome instead of asking.
 * <li>Fresh: store it, then confirm. A confirm that fails costs a check later, so the answer stays that it is stored.
 * <li>Certainly not written, since the store could not or would not: release, so that a retry may come at once.
 * <li>Perhaps written: keep the lease; a retry may come when it has ended, and the store's own idempotency decides.
 * <li>Done: it is a duplicate. In flight in another process: try again in a second.
 * </ol>
 *
 * An event without a client's message id cannot be retried under the same id and is stored without a claim.
 */
final class Deduplicate {
  private static final Logger LOG = LoggerFactory.getLogger(Deduplicate.class);
  private static final Duration SOON = Duration.ofSeconds(1);

  /** What became of an event: it is durable in both cases. */
  enum Outcome {
    STORED, DUPLICATE
  }

  /** How an attempt in this process ended, for those who waited for it. */
  private enum End {
    DURABLE, NOT_WRITTEN, UNKNOWN
  }

  private record Key(Tenant tenant, EventId id) {}

  private final Deduplicator deduplicator;
  private final Clock clock;
  private final RandomPool random;
  private final Duration patience;
  private final ConcurrentHashMap<Key, CompletableFuture<End>> attempts = new ConcurrentHashMap<>();

  /**
   * Makes the step.
   *
   * @param random tokens that no other attempt has come from it
   * @param patience how long a request waits for other attempts in this process, all of them together
   */
  Deduplicate(Deduplicator deduplicator, Clock clock, RandomPool random, Duration patience) {
    this.deduplicator = deduplicator;
    this.clock = clock;
    this.random = random;
    this.patience = patience;
  }

  /**
   * Stores the event unless it is stored already.
   *
   * @param store stores it durably; answers false if the store had it already
   * @throws StoreUnavailable if certainly nothing was written
   * @throws DataRefused if the store refuses it for what it holds
   * @throws OutcomeUnknown if it may have been written
   */
  Outcome around(Tenant tenant, EventId id, BooleanSupplier store) {
    if (!id.isRepeatable()) {
      return outcome(store.getAsBoolean());
    }
    var key = new Key(tenant, id);
    var mine = new CompletableFuture<End>();
    long deadline = System.nanoTime() + patience.toNanos();
    for (var first = attempts.putIfAbsent(key, mine); first != null; first = attempts.putIfAbsent(key, mine)) {
      switch (await(first, deadline)) {
        case DURABLE -> {
          return Outcome.DUPLICATE;
        }
        case UNKNOWN -> throw new OutcomeUnknown("the attempt before this one did not learn its outcome");
        case NOT_WRITTEN -> LOG.debug("the attempt before this one wrote nothing, trying again");
      }
    }
    var end = End.UNKNOWN;
    try {
      var outcome = claimed(tenant, id, store);
      end = End.DURABLE;
      return outcome;
    } catch (StoreUnavailable | DataRefused | Rejected e) {
      end = End.NOT_WRITTEN;
      throw e;
    } finally {
      attempts.remove(key, mine);
      mine.complete(end);
    }
  }

  private Outcome claimed(Tenant tenant, EventId id, BooleanSupplier store) {
    var owner = new Owner(random.nextUuid());
    return switch (deduplicator.claim(tenant, id, owner, clock.instant())) {
      case DONE -> Outcome.DUPLICATE;
      case IN_FLIGHT -> throw busy();
      case FRESH -> {
        boolean stored;
        try {
          stored = store.getAsBoolean();
        } catch (StoreUnavailable | DataRefused | Rejected e) {
          quietly("released", () -> deduplicator.release(tenant, id, owner));
          throw e;
        }
        quietly("recorded as done", () -> deduplicator.confirm(tenant, id, owner, clock.instant()));
        yield outcome(stored);
      }
    };
  }

  private static Outcome outcome(boolean stored) {
    return stored ? Outcome.STORED : Outcome.DUPLICATE;
  }

  /** What the store did stands, whatever becomes of the claim: the lease ends by itself and the store is idempotent. */
  private static void quietly(String what, BooleanSupplier update) {
    try {
      if (!update.getAsBoolean()) {
        LOG.debug("a claim could not be {}: its lease had ended", what);
      }
    } catch (RuntimeException e) {
      LOG.warn("a claim could not be {}; a retry will be checked by the store itself", what, e);
    }
  }

  private static Rejected busy() {
    return new Rejected(new Unavailable("the same message is being stored", SOON));
  }

  private End await(CompletableFuture<End> first, long deadline) {
    try {
      return first.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw busy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy();
    } catch (ExecutionException e) {
      throw new AssertionError("an attempt never ends exceptionally", e);
    }
  }
}
