package dev.nodash.middleware;

import dev.nodash.middleware.Timeline.Step;
import dev.nodash.model.EventType;
import dev.nodash.storage.EventStore;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Stores one event that says nothing of the user's record. */
record EventHandler(EventType type, Steps steps, EventStore events) implements Handler {

  @Override
  public CompletionStage<Answer> handle(Exchange exchange) {
    var admitted = steps.admit(type, exchange);
    var tenant = admitted.tenant();
    var event = admitted.event();
    return steps.deduplicate()
        .around(tenant, event.id(), () -> steps
            .stored(exchange, "events", () -> events.appendAsync(tenant, List.of(event))).thenApply(Set::isEmpty))
        .thenApply(outcome -> {
          exchange.passed(Step.DEDUPLICATE);
          exchange.stored(outcome);
          return Respond.tracked(exchange, event.id());
        });
  }
}
