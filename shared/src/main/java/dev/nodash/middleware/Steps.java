package dev.nodash.middleware;

import dev.nodash.middleware.Observer.Stored;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The steps that track and identify have in common, in the order in which they are taken. */
record Steps(Validate validate, Authenticate authenticate, RateLimit rateLimit, Deduplicate deduplicate,
    RandomGenerator random, Observer observer) {

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
