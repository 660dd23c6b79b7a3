package dev.nodash.middleware;

import dev.nodash.middleware.Timeline.Step;
import dev.nodash.model.EventType;
import dev.nodash.storage.EventStore;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Stores one event. */
record TrackHandler(Steps steps, EventStore events) implements Handler {

  @Override
  public CompletionStage<Answer> handle(Exchange exchange) {
    var call = steps.validate().call(EventType.TRACK, exchange);
    exchange.named(call.name());
    exchange.passed(Step.VALIDATE);
    var tenant = steps.authenticate().identify(exchange, call);
    exchange.passed(Step.AUTHENTICATE);
    steps.rateLimit().admit(tenant, exchange);
    exchange.passed(Step.RATE_LIMIT);
    var event = call.event(tenant, exchange.receivedAt(), steps.random());
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
