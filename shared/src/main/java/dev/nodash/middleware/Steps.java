package dev.nodash.middleware;

import dev.nodash.middleware.Observer.Stored;
import dev.nodash.middleware.Timeline.Step;
import dev.nodash.model.Event;
import dev.nodash.model.EventType;
import dev.nodash.model.Tenant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The steps that calls have in common, in the order in which they are taken. */
record Steps(Validate validate, Authenticate authenticate, RateLimit rateLimit, Deduplicate deduplicate,
    RandomGenerator random, Observer observer) {

  /** A call that may be stored, and the event that it is. */
  record Admitted(Tenant tenant, Call call, Event event) {}

  /** Takes one call through all steps before the store. */
  Admitted admit(EventType type, Exchange exchange) {
    var call = validate.call(type, exchange);
    exchange.named(call.name());
    exchange.passed(Step.VALIDATE);
    var tenant = authenticate.identify(exchange, call.sender());
    exchange.passed(Step.AUTHENTICATE);
    rateLimit.admit(tenant, exchange);
    exchange.passed(Step.RATE_LIMIT);
    return new Admitted(tenant, call, call.event(tenant, exchange.receivedAt(), random));
  }

  /** Calls a store and tells the observer of it, if somebody observes. */
  <T> CompletableFuture<T> stored(Exchange exchange, String store, Supplier<CompletableFuture<T>> call) {
    if (observer.equals(Observer.NONE)) {
      return call.get();
    }
    long start = System.nanoTime();
    return Stages.begin(call).whenComplete((_, fault) -> {
      exchange.timeline().ifPresent(it -> it.stored(start));
      observer.stored(new Stored(store, System.nanoTime() - start, fault == null ? null : Stages.cause(fault)));
    });
  }
}
