package dev.nodash.middleware;

import dev.nodash.http.ClientAddress;
import dev.nodash.http.Cors;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.http.SecurityHeaders;
import dev.nodash.middleware.Handler.Answer;
import dev.nodash.middleware.Observer.Answered;
import dev.nodash.middleware.Rejection.Internal;
import dev.nodash.middleware.Rejection.MethodNotAllowed;
import dev.nodash.middleware.Rejection.NotFound;
import dev.nodash.middleware.Rejection.PlainHttp;
import dev.nodash.middleware.Rejection.Unavailable;
import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.middleware.Timeline.Step;
import dev.nodash.model.RandomPool;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.QueueFull;
import dev.nodash.storage.StoreUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One deployable function: some routes and what all of them share. It is total: whatever happens becomes a response, with
 * a request id, security headers and, from the limiter on, the state of the budget.
 */
public final class Endpoint implements Function<HttpRequest, HttpResponse> {
  /**
   * Where a call goes on that had to wait for its store. Bound by a caller that has a place for what does not wait itself;
   * other calls go on on a virtual thread.
   */
  public static final ScopedValue<Executor> RESUMES_ON = ScopedValue.newInstance();
  private static final Duration SOON = Duration.ofSeconds(1);

  /** What every function is built with. */
  record Common(Cors cors, ClientAddress address, boolean tlsOnly, AccessLog log, Observer observer, Clock clock,
      RandomPool random,
      Tally tally, Duration lease) {}

  private final Map<Route, Handler> handlers;
  private final Common common;

  Endpoint(Map<Route, Handler> handlers, Common common) {
    this.handlers = Map.copyOf(handlers);
    this.common = common;
  }

  /** Answers, and keeps the caller until then. */
  @Override
  public HttpResponse apply(HttpRequest request) {
    return answer(request).join();
  }

  /** Answers; keeps the caller meanwhile only if what it stands on {@link dev.nodash.storage.Component#waits waits}. */
  public CompletableFuture<HttpResponse> answer(HttpRequest request) {
    long start = System.nanoTime();
    var exchange = new Exchange(request, common.clock(), common.random(),
        common.observer().asksForTimelines());
    var headers = new LinkedHashMap<String, String>();
    return Stages.begin(() -> Cors.isPreflight(request)
        ? CompletableFuture.completedFuture(preflight(exchange, headers))
        : answer(exchange, headers)).handle((response, fault) -> {
          var end = fault == null ? new End(response, exchange.outcomes(), null) : end(exchange, headers, fault);
          common.tally().receive(exchange.uncounted());
          common.tally().end(end.outcomes);
          conclude(exchange, end, System.nanoTime() - start);
          return end.response;
        });
  }

  private void conclude(Exchange exchange, End end, long nanos) {
    exchange.timeline().ifPresent(it -> it.end(exchange.isRefused() && !end.outcomes.isEmpty()));
    common.observer()
        .answered(new Answered(exchange.route(), end.response.status(), nanos, exchange.tenant(), end.outcomes,
            exchange.budget().isPresent(), exchange.details()));
    common.log().log(exchange, end.response.status(), nanos, end.fault);
  }

  /** What a request and its events come to, with what the log says of it. */
  private record End(HttpResponse response, Map<Outcome, Integer> outcomes, @Nullable Throwable fault) {}

  /** The same outcome for all that it brings. */
  private static Map<Outcome, Integer> all(Exchange exchange, Outcome outcome) {
    return exchange.events() > 0 ? Map.of(outcome, exchange.events()) : Map.of();
  }

  private End end(Exchange exchange, Map<String, String> headers, Throwable fault) {
    return switch (Stages.cause(fault)) {
      case Rejected e -> new End(refuse(exchange, e.rejection(), headers),
          all(exchange, Outcome.of(e.rejection())), null);
      case StoreUnavailable e -> new End(
          refuse(exchange, new Unavailable("the store cannot take it now", SOON), headers),
          all(exchange, e instanceof QueueFull ? Outcome.SHED : Outcome.UNAVAILABLE), e);
      case OutcomeUnknown e -> new End(
          refuse(exchange, new Unavailable("the store did not say whether it has it", common.lease()), headers),
          all(exchange, Outcome.UNKNOWN), e);
      case DataRefused e -> new End(refuse(exchange, new Internal(), headers), all(exchange, Outcome.REJECTED), e);
      case Throwable e -> new End(refuse(exchange, new Internal(), headers), all(exchange, Outcome.UNKNOWN), e);
    };
  }

  /** The answer to what is refused before the line could see it. */
  HttpResponse refuse(HttpRequest request, Rejection rejection) {
    var exchange = new Exchange(request, common.clock(), common.random(),
        common.observer().asksForTimelines());
    receive(exchange, 1);
    var outcomes = all(exchange, Outcome.of(rejection));
    common.tally().end(outcomes);
    var response = refuse(exchange, rejection, new LinkedHashMap<>());
    conclude(exchange, new End(response, outcomes, null), 0);
    return response;
  }

  private CompletionStage<HttpResponse> answer(Exchange exchange, Map<String, String> headers) {
    var route = match(exchange);
    if (!route.allows(exchange.request().method())) {
      throw new Rejected(new MethodNotAllowed(route.allowed()));
    }
    if (route.takesEvents()) {
      receive(exchange, 1);
      if (common.tlsOnly() && common.address().isPlain(exchange.request())) {
        throw new Rejected(new PlainHttp());
      }
    }
    exchange.passed(Step.ROUTE);
    return handler(route).handle(exchange).thenApply(answer -> response(exchange, answer, headers));
  }

  private void receive(Exchange exchange, int events) {
    exchange.brings(events);
    common.tally().receive(exchange.uncounted());
  }

  private HttpResponse preflight(Exchange exchange, Map<String, String> headers) {
    common.cors().preflight(exchange.request(), match(exchange).allowed(), headers);
    describe(exchange, headers);
    return new HttpResponse(204, headers, "");
  }

  private Route match(Exchange exchange) {
    var route = Route.of(exchange.request().path()).filter(handlers::containsKey)
        .orElseThrow(() -> new Rejected(new NotFound()));
    exchange.matched(route);
    return route;
  }

  private Handler handler(Route route) {
    return Optional.ofNullable(handlers.get(route)).orElseThrow();
  }

  private HttpResponse refuse(Exchange exchange, Rejection rejection, Map<String, String> headers) {
    var refusal = Refusal.of(rejection);
    exchange.refused(refusal);
    headers.putAll(refusal.headers());
    return response(exchange, new Answer(refusal.status(), Respond.refused(exchange, refusal)), headers);
  }

  private HttpResponse response(Exchange exchange, Answer answer, Map<String, String> headers) {
    headers.put("Content-Type", HttpResponse.JSON);
    if (answer.status() == 503) {
      headers.putIfAbsent("Retry-After", Long.toString(SOON.toSeconds()));
    }
    common.cors().decorate(exchange.request(), headers);
    describe(exchange, headers);
    headers.putAll(answer.headers());
    return new HttpResponse(answer.status(), headers, answer.body());
  }

  private void describe(Exchange exchange, Map<String, String> headers) {
    headers.put("x-request-id", exchange.requestId());
    exchange.budget().ifPresent(budget -> {
      headers.put("X-RateLimit-Limit", Integer.toString(budget.limit()));
      headers.put("X-RateLimit-Remaining", Integer.toString(budget.remaining()));
      headers.put("X-RateLimit-Reset", Long.toString(budget.reset().plusNanos(999_999_999).toSeconds()));
    });
    SecurityHeaders.decorate(common.address().isSecure(exchange.request()), headers);
  }
}
