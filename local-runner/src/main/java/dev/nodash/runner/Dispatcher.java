package dev.nodash.runner;

import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.middleware.Functions;
import dev.nodash.middleware.Route;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.function.context.FunctionCatalog;

/** Brings requests to the functions: each runs on a virtual thread of its own, so many and no more at a time. */
final class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  /** Their heads and small bodies, at most 20 KiB each, are a fifth of a heap of 100 MiB. */
  private static final int MOST_AT_ONCE = 1024;

  private final Map<String, Function<HttpRequest, HttpResponse>> catalog;
  private final Functions functions;
  private final AtomicInteger underWay = new AtomicInteger();
  private final LongAdder requests = new LongAdder();

  Dispatcher(FunctionCatalog catalog, Functions functions) {
    this.functions = functions;
    this.catalog = Stream.of(Route.values()).map(Route::function).distinct()
        .collect(Collectors.toUnmodifiableMap(Function.identity(), name -> lookup(catalog, name)));
  }

  private static Function<HttpRequest, HttpResponse> lookup(FunctionCatalog catalog, String name) {
    return Optional.<Function<HttpRequest, HttpResponse>>ofNullable(catalog.lookup(Function.class, name)).orElseThrow();
  }

  /** Answers on another thread, or at once that there is no room. */
  void answer(HttpRequest request, String function, Consumer<HttpResponse> reader) {
    requests.increment();
    if (underWay.incrementAndGet() > MOST_AT_ONCE) {
      underWay.decrementAndGet();
      reader.accept(refuse(request, 503));
      return;
    }
    Thread.ofVirtual().start(() -> {
      try {
        reader.accept(answer(request, function));
      } finally {
        underWay.decrementAndGet();
      }
    });
  }

  private HttpResponse answer(HttpRequest request, String function) {
    try {
      return Optional.ofNullable(catalog.get(function)).orElseThrow().apply(request);
    } catch (Throwable e) {
      // The functions answer every exception; an Error must not leave the client without an answer either.
      LOG.error("a request failed", e);
      return refuse(request, 500);
    }
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
