package dev.nodash.middleware;

import dev.nodash.middleware.Rejection.Unavailable;
import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.model.EventId;
import dev.nodash.model.RandomPool;
import dev.nodash.model.Tenant;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.Deduplicator.Claim;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.Owner;
import dev.nodash.storage.StoreUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims an event before it is stored, so that no two do the same work. The only place that claims, confirms, releases or
 * keeps a lease:
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
final class Claiming implements Deduplicate {
  private static final Logger LOG = LoggerFactory.getLogger(Claiming.class);
  private static final Duration SOON = Duration.ofSeconds(1);
  /** How many calls of a batch wait for the deduplicator's engine at the same time. */
  private static final int AT_ONCE = 32;

  /** How an attempt in this process ended, for those who waited for it. */
  private enum End {
    DURABLE, NOT_WRITTEN, UNKNOWN;

    static End of(@Nullable Throwable fault) {
      return switch (fault == null ? null : Stages.cause(fault)) {
        case null -> DURABLE;
        case StoreUnavailable _,DataRefused _,Rejected _ -> NOT_WRITTEN;
        default -> UNKNOWN;
      };
    }
  }

  private record Key(Tenant tenant, EventId id) {}

  /** How an attempt ended, for each event that it was for. */
  private interface Ends {
    End of(EventId id);
  }

  private final Deduplicator deduplicator;
  private final Clock clock;
  private final RandomPool random;
  private final Duration patience;
  private final ConcurrentHashMap<Key, CompletableFuture<Ends>> attempts = new ConcurrentHashMap<>();

  /**
   * Makes the step.
   *
   * @param random tokens that no other attempt has come from it
   * @param patience how long a request waits for other attempts in this process, all of them together
   */
  Claiming(Deduplicator deduplicator, Clock clock, RandomPool random, Duration patience) {
    this.deduplicator = deduplicator;
    this.clock = clock;
    this.random = random;
    this.patience = patience;
  }

  @Override
  public CompletionStage<Outcome> around(Tenant tenant, EventId id, Supplier<CompletionStage<Boolean>> store) {
    return id.isRepeatable()
        ? attempt(new Key(tenant, id), store, System.nanoTime() + patience.toNanos())
        : Deduplicate.stored(store);
  }

  @Override
  public CompletionStage<Written> aroundAll(Tenant tenant, Set<EventId> ids,
      Function<Set<EventId>, CompletionStage<Written>> store) {
    var deadline = System.nanoTime() + patience.toNanos();
    var attempt = new CompletableFuture<Ends>();
    var mine = new ArrayList<Key>(ids.size());
    var others = new ArrayList<CompletableFuture<End>>();
    var fresh = HashSet.<EventId>newHashSet(ids.size());
    for (var id : ids) {
      if (!id.isRepeatable()) {
        fresh.add(id);
        continue;
      }
      var key = new Key(tenant, id);
      var first = attempts.putIfAbsent(key, attempt);
      if (first == null) {
        mine.add(key);
      } else {
        others.add(first.thenApply(ends -> ends.of(id)));
      }
    }
    return Stages.begin(() -> claimedAll(mine, fresh, store)).whenComplete((written, fault) -> {
      mine.forEach(key -> attempts.remove(key, attempt));
      attempt.complete(id -> end(id, written, fault));
    }).thenCompose(written -> afterAll(others, deadline).thenApply(_ -> written.with(ids, fresh)));
  }

  /** How the attempt for one of several ended. */
  private static End end(EventId id, @Nullable Written written, @Nullable Throwable fault) {
    return written != null && written.refused().containsKey(id) ? End.NOT_WRITTEN : End.of(fault);
  }

  private CompletionStage<Written> claimedAll(List<Key> keys, Set<EventId> fresh,
      Function<Set<EventId>, CompletionStage<Written>> store) {
    var owner = new Owner(random.nextUuid());
    var claims = new Claim[keys.size()];
    try {
      each(keys, i -> claims[i] = deduplicator.claim(keys.get(i).tenant, keys.get(i).id, owner, clock.instant()));
    } catch (RuntimeException e) {
      settleAll(keys, claims, owner, _ -> End.NOT_WRITTEN);
      throw e;
    }
    for (int i = 0; i < claims.length; i++) {
      if (claims[i] == Claim.FRESH) {
        fresh.add(keys.get(i).id);
      }
    }
    return Stages.then(Stages.begin(() -> store.apply(fresh)),
        (written, fault) -> settleAll(keys, claims, owner, id -> end(id, written, fault))).thenApply(written -> {
          if (Arrays.asList(claims).contains(Claim.IN_FLIGHT)) {
            throw busy();
          }
          return written;
        });
  }

  private void settleAll(List<Key> keys, Claim[] claims, Owner owner, Ends ends) {
    each(keys, i -> {
      if (claims[i] == Claim.FRESH) {
        settle(keys.get(i), owner, ends.of(keys.get(i).id));
      }
    });
  }

  /** Asks for each, many at a time where each has to wait for its engine, which takes them over one connection. */
  private void each(List<Key> keys, IntConsumer call) {
    if (!deduplicator.waits()) {
      for (int i = 0; i < keys.size(); i++) {
        call.accept(i);
      }
      return;
    }
    var turns = new Semaphore(AT_ONCE);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = IntStream.range(0, keys.size()).mapToObj(i -> CompletableFuture.runAsync(() -> {
        turns.acquireUninterruptibly();
        try {
          call.accept(i);
        } finally {
          turns.release();
        }
      }, threads)).toList();
      answers.forEach(CompletableFuture::join);
    }
  }

  /** Ends once attempts of others have, all of them well. */
  private static CompletionStage<?> afterAll(List<CompletableFuture<End>> others, long deadline) {
    CompletionStage<?> all = CompletableFuture.completedStage(null);
    for (var other : others) {
      all = all.thenCompose(_ -> await(other, deadline)).thenAccept(end -> {
        if (end == End.UNKNOWN) {
          throw unknown();
        }
        if (end == End.NOT_WRITTEN) {
          throw busy();
        }
      });
    }
    return all;
  }

  private CompletionStage<Outcome> attempt(Key key, Supplier<CompletionStage<Boolean>> store, long deadline) {
    var mine = new CompletableFuture<Ends>();
    var first = attempts.putIfAbsent(key, mine);
    return first == null
        ? Stages.begin(() -> claimed(key, store)).whenComplete((_, fault) -> {
          attempts.remove(key, mine);
          mine.complete(_ -> End.of(fault));
        })
        : await(first.thenApply(ends -> ends.of(key.id)), deadline).thenCompose(end -> switch (end) {
          case DURABLE -> CompletableFuture.completedStage(Outcome.DUPLICATE);
          case UNKNOWN -> throw unknown();
          case NOT_WRITTEN -> attempt(key, store, deadline);
        });
  }

  private CompletionStage<Outcome> claimed(Key key, Supplier<CompletionStage<Boolean>> store) {
    var owner = new Owner(random.nextUuid());
    return switch (deduplicator.claim(key.tenant, key.id, owner, clock.instant())) {
      case DONE -> CompletableFuture.completedStage(Outcome.DUPLICATE);
      case IN_FLIGHT -> throw busy();
      case FRESH -> Stages.then(Stages.begin(store), (_, fault) -> settle(key, owner, End.of(fault)))
          .thenApply(Deduplicate::outcome);
    };
  }

  /** What the store did stands, whatever becomes of the claim: the lease ends by itself and the store is idempotent. */
  private void settle(Key key, Owner owner, End end) {
    try {
      boolean held = switch (end) {
        case DURABLE -> deduplicator.confirm(key.tenant, key.id, owner, clock.instant());
        case NOT_WRITTEN -> deduplicator.release(key.tenant, key.id, owner);
        case UNKNOWN -> true;
      };
      if (!held) {
        LOG.debug("the lease of a claim had ended before it was {}", end);
      }
    } catch (RuntimeException e) {
      LOG.warn("a claim could not be recorded as {}; a retry will be checked by the store itself", end, e);
    }
  }

  private static OutcomeUnknown unknown() {
    return new OutcomeUnknown("the attempt before this one did not learn its outcome");
  }

  private static Rejected busy() {
    return new Rejected(new Unavailable("the same message is being stored", SOON));
  }

  /** How an attempt of somebody else ended, which is told to a thread of one's own. */
  private static CompletableFuture<End> await(CompletableFuture<End> first, long deadline) {
    var ended = first.copy().orTimeout(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
        .exceptionally(_ -> {
          throw busy();
        });
    return Stages.then(ended, (_, _) -> {});
  }
}
