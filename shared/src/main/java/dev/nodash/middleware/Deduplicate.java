package dev.nodash.middleware;

import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Stores an event once, whoever else tries at the same time. */
interface Deduplicate {

  /**
   * What became of several events, all of which are durable but for those that were refused.
   *
   * @param known those that were stored before
   * @param refused why, as the client may be told
   */
  record Written(Set<EventId> known, Map<EventId, String> refused) {

    /** The same of more events, those of which that are not among the fresh were stored before. */
    Written with(Set<EventId> all, Set<EventId> fresh) {
      if (fresh.size() == all.size()) {
        return this;
      }
      var more = new HashSet<>(all);
      more.removeAll(fresh);
      more.addAll(known);
      return new Written(more, refused);
    }
  }

  /**
   * Stores the event unless it is stored already; it is durable then in both cases. Fails with
   * {@link dev.nodash.storage.StoreUnavailable} if certainly nothing was written, with {@link dev.nodash.storage.DataRefused}
   * if the store refuses it for what it holds, with {@link dev.nodash.storage.OutcomeUnknown} if it may have been written.
   *
   * @param store stores it durably; answers false if the store had it already
   */
  CompletionStage<Outcome> around(Tenant tenant, EventId id, Supplier<CompletionStage<Boolean>> store);

  /**
   * Stores those of the events that are not stored already. Fails as {@link #around} does; what could be stored is stored all
   * the same where others are still being stored by somebody else, so that a repetition finds less to do.
   *
   * @param store stores those that it is given; answers what became of them
   */
  CompletionStage<Written> aroundAll(Tenant tenant, Set<EventId> ids,
      Function<Set<EventId>, CompletionStage<Written>> store);

  /**
   * Leaves it to a store that tells apart what comes to it at the same time as well, and asks for nothing as quickly as for
   * what it knows.
   */
  static Deduplicate byStore() {
    return new Deduplicate() {
      @Override
      public CompletionStage<Outcome> around(Tenant tenant, EventId id, Supplier<CompletionStage<Boolean>> store) {
        return stored(store);
      }

      @Override
      public CompletionStage<Written> aroundAll(Tenant tenant, Set<EventId> ids,
          Function<Set<EventId>, CompletionStage<Written>> store) {
        return Stages.then(Stages.begin(() -> store.apply(ids)), (_, _) -> {});
      }
    };
  }

  /** Asks the store alone, and goes on where its caller does. */
  static CompletionStage<Outcome> stored(Supplier<CompletionStage<Boolean>> store) {
    return Stages.then(Stages.begin(store), (_, _) -> {}).thenApply(Deduplicate::outcome);
  }

  /** Whether the store had it already, as the client is told. */
  static Outcome outcome(boolean isNew) {
    return isNew ? Outcome.STORED : Outcome.DUPLICATE;
  }
}
