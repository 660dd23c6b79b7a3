package dev.nodash.middleware;

import dev.nodash.middleware.Deduplicate.Outcome;
import dev.nodash.model.EventType;
import dev.nodash.storage.EventStore;
import java.util.List;
import java.util.random.RandomGenerator;

/** Stores one event. */
final class TrackHandler implements Handler {
  private final Validate validate;
  private final Authenticate authenticate;
  private final RateLimit rateLimit;
  private final Deduplicate deduplicate;
  private final EventStore store;
  private final RandomGenerator random;

  TrackHandler(Validate validate, Authenticate authenticate, RateLimit rateLimit, Deduplicate deduplicate,
      EventStore store, RandomGenerator random) {
    this.validate = validate;
    this.authenticate = authenticate;
    this.rateLimit = rateLimit;
    this.deduplicate = deduplicate;
    this.store = store;
    this.random = random;
  }

  @Override
  public Answer handle(Exchange exchange) {
    var call = validate.call(EventType.TRACK, exchange);
    var tenant = authenticate.identify(exchange, call);
    rateLimit.admit(tenant, exchange);
    var event = call.event(tenant, exchange.receivedAt(), random);
    var outcome = deduplicate.around(tenant, event.id(), () -> store.append(tenant, List.of(event)).isEmpty());
    return Respond.tracked(exchange, event.id(), outcome == Outcome.DUPLICATE);
  }
}
