package dev.nodash.middleware;

import dev.nodash.http.ClientAddress;
import dev.nodash.http.Cors;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.http.SecurityHeaders;
import dev.nodash.middleware.Handler.Answer;
import dev.nodash.middleware.Rejection.Internal;
import dev.nodash.middleware.Rejection.MethodNotAllowed;
import dev.nodash.middleware.Rejection.NotFound;
import dev.nodash.middleware.Rejection.Unavailable;
import dev.nodash.middleware.Tally.Outcome;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One deployable function: some routes and what all of them share. It is total: whatever happens becomes a response, with
 * a request id, security headers and, from the limiter on, the state of the budget.
 */
public final class Endpoint implements Function<HttpRequest, HttpResponse> {
  private static final Duration SOON = Duration.ofSeconds(1);

  /** What every function is built with. */
  record Common(Cors cors, ClientAddress address, AccessLog log, Clock clock, RandomPool random, Tally tally,
      Duration lease) {}

  private final Map<Route, Handler> handlers;
  private final Common common;

  Endpoint(Map<Route, Handler> handlers, Common common) {
    this.handlers = Map.copyOf(handlers);
    this.common = common;
  }

  @Override
  public HttpResponse apply(HttpRequest request) {
    long start = System.nanoTime();
    var exchange = new Exchange(request, common.clock(), common.random());
    var headers = new LinkedHashMap<String, String>();
    HttpResponse response;
    @Nullable
    Throwable fault = null;
    Outcome outcome;
    try {
      response = Cors.isPreflight(request) ? preflight(exchange, headers) : answer(exchange, headers);
      outcome = exchange.isDuplicate() ? Outcome.DUPLICATE : Outcome.STORED;
    } catch (Rejected e) {
      outcome = Outcome.of(e.rejection());
      response = refuse(exchange, e.rejection(), headers);
    } catch (StoreUnavailable e) {
      fault = e;
      outcome = e instanceof QueueFull ? Outcome.SHED : Outcome.UNAVAILABLE;
      response = refuse(exchange, new Unavailable("the store cannot take it now", SOON), headers);
    } catch (OutcomeUnknown e) {
      fault = e;
      outcome = Outcome.UNKNOWN;
      response = refuse(exchange, new Unavailable("the store did not say whether it has it", common.lease()), headers);
    } catch (RuntimeException | StackOverflowError e) {
      fault = e;
      outcome = e instanceof DataRefused ? Outcome.REJECTED : Outcome.UNKNOWN;
      response = refuse(exchange, new Internal(), headers);
    }
    if (exchange.bringsEvent()) {
      common.tally().end(outcome);
    }
    common.log().log(exchange, response.status(), System.nanoTime() - start, fault);
    return response;
  }

  /** The answer to what is refused before the line could see it. */
  HttpResponse refuse(HttpRequest request, Rejection rejection) {
    var exchange = new Exchange(request, common.clock(), common.random());
    common.tally().receive();
    common.tally().end(Outcome.of(rejection));
    var response = refuse(exchange, rejection, new LinkedHashMap<>());
    common.log().log(exchange, response.status(), 0, null);
    return response;
  }

  private HttpResponse answer(Exchange exchange, Map<String, String> headers) {
    var route = match(exchange);
    if (!route.allows(exchange.request().method())) {
      throw new Rejected(new MethodNotAllowed(route.allowed()));
    }
    if (route.takesEvents()) {
      exchange.receiveEvent();
      common.tally().receive();
    }
    return response(exchange, handler(route).handle(exchange), headers);
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
    return new HttpResponse(answer.status(), headers, answer.body().value());
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
