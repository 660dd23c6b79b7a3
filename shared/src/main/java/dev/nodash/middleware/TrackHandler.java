package dev.nodash.middleware;

import dev.nodash.model.EventType;
import dev.nodash.storage.EventStore;
import java.util.List;

/** Stores one event. */
record TrackHandler(Steps steps, EventStore events) implements Handler {

  @Override
  public Answer handle(Exchange exchange) {
    var call = steps.validate().call(EventType.TRACK, exchange);
    var tenant = steps.authenticate().identify(exchange, call);
    steps.rateLimit().admit(tenant, exchange);
    var event = call.event(tenant, exchange.receivedAt(), steps.random());
    exchange.stored(
        steps.deduplicate().around(tenant, event.id(), () -> events.append(tenant, List.of(event)).isEmpty()));
    return Respond.tracked(exchange, event.id());
  }
}
