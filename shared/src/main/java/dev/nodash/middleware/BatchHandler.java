package dev.nodash.middleware;

import dev.nodash.http.Body;
import dev.nodash.middleware.Batch.Item;
import dev.nodash.middleware.Deduplicate.Written;
import dev.nodash.middleware.Rejection.Overloaded;
import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.middleware.Timeline.Step;
import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Identify;
import dev.nodash.model.Tenant;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.UserStore;
import dev.nodash.storage.UserStore.Merge.TooLarge;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Stores several events in one append. What is wrong with one of them is said in the answer and keeps none of the others;
 * what keeps all of them is told as of a single call, and a repetition of the batch then stores what is missing.
 */
record BatchHandler(Steps steps, UserStore users, EventStore events, BatchRoom room) implements Handler {

  @Override
  public CompletionStage<Answer> handle(Exchange exchange) {
    var body = steps.validate().batchBody(exchange);
    var bytes = (int) body.size();
    if (!room.take(bytes)) {
      throw new Rejected(new Overloaded("too many batches are under way"));
    }
    var hasTurn = room.awaitTurn(bytes);
    return Stages.begin(() -> handle(exchange, body)).whenComplete((_, _) -> {
      if (hasTurn) {
        room.endTurn(bytes);
      }
      room.give(bytes);
    });
  }

  private CompletionStage<Answer> handle(Exchange exchange, Body body) {
    var batch = steps.validate().batch(exchange, body);
    exchange.brings(batch.items().size());
    exchange.named("batch of " + batch.items().size());
    exchange.passed(Step.VALIDATE);
    var tenant = steps.authenticate().identify(exchange, batch.sender());
    exchange.passed(Step.AUTHENTICATE);
    steps.rateLimit().admitBatch(tenant, exchange, batch.items().size());
    exchange.passed(Step.RATE_LIMIT);
    var work = new Work(tenant, exchange, batch);
    return steps.deduplicate().aroundAll(tenant, work.events.keySet(), fresh -> store(work, fresh))
        .thenApply(written -> answer(work, written));
  }

  /** A key of another tenant within an event is as wrong as one beside it, but of that event alone. */
  private Item ofTenant(Item item, Tenant tenant) {
    return item.call().flatMap(Call::writeKey).filter(key -> steps.authenticate().isOfAnother(key, tenant)).isPresent()
        ? item.refused("writeKey: belongs to another tenant")
        : item;
  }

  /** The events of the items that are valid, by their ids and in their order; of a message that comes twice the first. */
  private final class Work {
    final Tenant tenant;
    final Exchange exchange;
    /** Without their calls, which are events now. */
    final List<Item> items = new ArrayList<>();
    final List<String> ignored;
    /** Of each item, if it is valid. */
    final @Nullable EventId[] ids;
    final Map<EventId, Event> events;
    final Map<EventId, Identify> identifies = new HashMap<>();
    /** Items whose message came before in the same batch. */
    private final BitSet again = new BitSet();

    Work(Tenant tenant, Exchange exchange, Batch batch) {
      this.tenant = tenant;
      this.exchange = exchange;
      this.ignored = batch.ignored();
      this.ids = new EventId[batch.items().size()];
      this.events = LinkedHashMap.newLinkedHashMap(ids.length);
      for (var each : batch.items()) {
        var item = ofTenant(each, tenant);
        items.add(item.withoutCall());
        item.call().ifPresent(call -> {
          var event = call.event(tenant, exchange.receivedAt(), steps.random());
          ids[item.index()] = event.id();
          if (events.putIfAbsent(event.id(), event) == null) {
            call.identify(event).ifPresent(identify -> identifies.put(event.id(), identify));
          } else {
            again.set(item.index());
          }
        });
      }
    }

    /** Of one that was not refused. */
    Outcome outcome(Item item, Written written) {
      return again.get(item.index()) || written.known().contains(ids[item.index()])
          ? Outcome.DUPLICATE
          : Outcome.STORED;
    }
  }

  private CompletionStage<Written> store(Work work, Set<EventId> fresh) {
    var before = new HashSet<EventId>();
    for (var id : work.identifies.keySet()) {
      // What is stored has been merged: merging it again, after others, is left out.
      if (fresh.contains(id) && id.isRepeatable() && events.contains(work.tenant, id)) {
        before.add(id);
      }
    }
    var missing = work.events.values().stream()
        .filter(event -> fresh.contains(event.id()) && !before.contains(event.id())).toList();
    return missing.isEmpty()
        ? CompletableFuture.completedStage(new Written(before, Map.of()))
        : append(work, missing).thenApply(written -> joined(new Written(before, Map.of()), written));
  }

  /** Where the store refuses the events for what one of them holds, that one is found by halves. */
  private CompletableFuture<Written> append(Work work, List<Event> some) {
    return Stages
        .begin(() -> steps.stored(work.exchange, "events",
            () -> users.identifyAllAsync(work.tenant, work.identifies, events, some)))
        .thenApply(done -> written(done.before(), done.tooLarge())).exceptionallyCompose(fault -> {
          if (!(Stages.cause(fault) instanceof DataRefused)) {
            return CompletableFuture.failedFuture(fault);
          }
          if (some.size() == 1) {
            return CompletableFuture.completedFuture(new Written(Set.of(),
                Map.of(some.getFirst().id(), "the store refuses what it holds")));
          }
          int half = some.size() / 2;
          return append(work, some.subList(0, half))
              .thenCompose(first -> append(work, some.subList(half, some.size()))
                  .exceptionallyCompose(late -> CompletableFuture.failedFuture(
                      new OutcomeUnknown("a half of the events may be stored", Stages.cause(late))))
                  .thenApply(second -> joined(first, second)));
        });
  }

  private static Written written(Set<EventId> before, Map<EventId, TooLarge> tooLarge) {
    if (tooLarge.isEmpty()) {
      return new Written(before, Map.of());
    }
    var refused = new HashMap<EventId, String>();
    tooLarge.forEach((id, it) -> refused.put(id,
        "traits: the user's record: " + it.bytes() + " bytes, limit is " + it.limit()));
    return new Written(before, refused);
  }

  private static Written joined(Written first, Written second) {
    if (first.known().isEmpty() && first.refused().isEmpty()) {
      return second;
    }
    var known = new HashSet<>(first.known());
    known.addAll(second.known());
    var refused = new HashMap<>(first.refused());
    refused.putAll(second.refused());
    return new Written(known, refused);
  }

  private static Answer answer(Work work, Written written) {
    var exchange = work.exchange;
    exchange.passed(Step.DEDUPLICATE);
    var counts = new EnumMap<Outcome, Integer>(Outcome.class);
    var refused = new LinkedHashMap<Item, String>();
    for (var item : work.items) {
      var id = work.ids[item.index()];
      var reason = id == null ? String.join("; ", item.faults()) : written.refused().get(id);
      if (reason != null) {
        refused.put(item, reason);
      }
      counts.merge(reason == null ? work.outcome(item, written) : Outcome.REJECTED, 1, Integer::sum);
    }
    exchange.ended(counts);
    return Respond.batched(exchange, counts, refused, work.ignored);
  }
}
