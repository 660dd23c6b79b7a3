package dev.nodash.middleware;

import dev.nodash.middleware.Rejection.PayloadTooLarge;
import dev.nodash.middleware.Timeline.Step;
import dev.nodash.model.Event;
import dev.nodash.model.EventType;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.UserStore;
import dev.nodash.storage.UserStore.Merge;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Merges one user and stores the identify event, both idempotent and in this order: an event that is stored therefore
 * says that its merge is done, so that a message seen before changes nothing even after the deduplicator forgot it.
 */
record IdentifyHandler(Steps steps, UserStore users, EventStore events) implements Handler {

  @Override
  public CompletionStage<Answer> handle(Exchange exchange) {
    var admitted = steps.admit(EventType.IDENTIFY, exchange);
    var tenant = admitted.tenant();
    var call = admitted.call();
    var event = admitted.event();
    var creator = new AtomicBoolean();
    return steps.deduplicate()
        .around(tenant, event.id(), () -> store(exchange, tenant, call, event, creator))
        .thenCompose(outcome -> {
          exchange.passed(Step.DEDUPLICATE);
          exchange.stored(outcome);
          var userId = call.actor().userId();
          var created = exchange.isDuplicate() && userId.isPresent()
              ? isCreator(tenant, userId.get(), event)
              : CompletableFuture.completedFuture(creator.get());
          return created.thenApply(answer -> Respond.identified(exchange, userId, answer));
        });
  }

  private CompletableFuture<Boolean> store(Exchange exchange, Tenant tenant, Call call, Event event,
      AtomicBoolean creator) {
    if (event.id().isRepeatable() && events.contains(tenant, event.id())) {
      return CompletableFuture.completedFuture(false);
    }
    var identify = call.identify(event);
    if (identify.isEmpty()) {
      return steps.stored(exchange, "events", () -> events.appendAsync(tenant, List.of(event))).thenApply(Set::isEmpty);
    }
    return steps.stored(exchange, "users", () -> users.identifyAsync(tenant, identify.get(), events, event))
        .thenApply(identified -> {
          creator.set(isCreated(identified.merge()));
          return identified.isNew();
        });
  }

  private static boolean isCreated(Merge merge) {
    return switch (merge) {
      case Merge.Merged it -> it.created();
      case Merge.TooLarge it -> throw new Rejected(
          new PayloadTooLarge("traits: the user's record", it.bytes(), it.limit()));
    };
  }

  private CompletableFuture<Boolean> isCreator(Tenant tenant, UserId userId, Event event) {
    return users.createdByAsync(tenant, userId).thenApply(by -> by.filter(event.id()::equals).isPresent());
  }
}
