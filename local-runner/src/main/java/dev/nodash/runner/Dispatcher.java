package dev.nodash.runner;

import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.middleware.Endpoint;
import dev.nodash.middleware.Functions;
import dev.nodash.middleware.Route;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.function.context.FunctionCatalog;

/**
 * Brings requests to the functions, so many and no more at a time: on the event loop itself where nothing waits, and else on a
 * virtual thread each.
 */
final class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  /** Their heads and small bodies, at most 20 KiB each, are a fifth of a heap of 100 MiB. */
  private static final int MOST_AT_ONCE = 1024;

  private final Map<String, Target> targets;
  private final Functions functions;
  private final AtomicInteger underWay = new AtomicInteger();
  private final LongAdder requests = new LongAdder();

  /** A function, and whether it may keep its caller. */
  private record Target(Function<HttpRequest, CompletableFuture<HttpResponse>> function, boolean waits) {}

  Dispatcher(FunctionCatalog catalog, Functions functions) {
    this.functions = functions;
    this.targets = Stream.of(Route.values()).map(Route::function).distinct().collect(Collectors.toUnmodifiableMap(
        Function.identity(), name -> new Target(lookup(catalog, name), functions.waits(name))));
  }

  private static Function<HttpRequest, CompletableFuture<HttpResponse>> lookup(FunctionCatalog catalog, String name) {
    return Optional
        .<Function<HttpRequest, CompletableFuture<HttpResponse>>>ofNullable(catalog.lookup(Function.class, name))
        .orElseThrow();
  }

  /**
   * Answers from whatever thread, or at once that there is no room.
   *
   * @param loop whose thread the caller is
   */
  void answer(HttpRequest request, String function, Executor loop, Consumer<HttpResponse> reader) {
    requests.increment();
    if (underWay.incrementAndGet() > MOST_AT_ONCE) {
      underWay.decrementAndGet();
      reader.accept(refuse(request, 503));
      return;
    }
    var target = Optional.ofNullable(targets.get(function)).orElseThrow();
    if (target.waits) {
      Thread.startVirtualThread(() -> answer(request, target, reader));
    } else {
      ScopedValue.where(Endpoint.RESUMES_ON, loop).run(() -> answer(request, target, reader));
    }
  }

  private void answer(HttpRequest request, Target target, Consumer<HttpResponse> reader) {
    var _ = CompletableFuture.completedFuture(request).thenCompose(target.function).exceptionally(fault -> {
      // The functions answer every fault but that of their answer; it must not leave the client without one either.
      LOG.error("a request failed", fault);
      return refuse(request, 500);
    }).whenComplete((response, _) -> {
      underWay.decrementAndGet();
      reader.accept(response);
    });
  }

  /** The answer to what no function is asked about. */
  HttpResponse refuse(HttpRequest request, int status) {
    return functions.refuse(request, status);
  }

  /** The answer to a client of whom nothing is known. */
  HttpResponse refuse(String peer, int status) {
    return refuse(new HttpRequest("", "", Map.of(), Map.of(), Body.EMPTY, peer, false), status);
  }

  /** How many requests came so far. */
  long requests() {
    return requests.sum();
  }

  /** How many requests are under way. */
  int underWay() {
    return underWay.get();
  }
}
