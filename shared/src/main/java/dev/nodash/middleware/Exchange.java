package dev.nodash.middleware;

import dev.nodash.http.HttpRequest;
import dev.nodash.middleware.Deduplicate.Outcome;
import dev.nodash.middleware.Observer.Details;
import dev.nodash.middleware.Timeline.Step;
import dev.nodash.model.RandomPool;
import dev.nodash.model.Tenant;
import dev.nodash.storage.RateLimiter.Decision;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One request on its way through the line, with what later steps, the response's headers and the log line need to know
 * of earlier steps. Used by one thread at a time.
 */
final class Exchange {
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  private final HttpRequest request;
  private final String requestId;
  private final Instant receivedAt;
  private final Optional<Timeline> timeline;
  private Optional<Route> route = Optional.empty();
  private Optional<Tenant> tenant = Optional.empty();
  private Optional<String> user = Optional.empty();
  private Optional<Decision> budget = Optional.empty();
  private Optional<String> event = Optional.empty();
  private Optional<String> refusal = Optional.empty();
  private boolean bringsEvent;
  private boolean duplicate;

  Exchange(HttpRequest request, Clock clock, RandomPool random, boolean withTimeline) {
    this.timeline = withTimeline ? Optional.of(new Timeline(request)) : Optional.empty();
    this.request = request;
    this.requestId = request.header("x-request-id").filter(id -> REQUEST_ID.matcher(id).matches())
        .orElseGet(() -> random.nextUuid().toString());
    this.receivedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  HttpRequest request() {
    return request;
  }

  /** The client's own id if it is a valid one, else a new UUID. */
  String requestId() {
    return requestId;
  }

  /** The one time of this request, to the millisecond. */
  Instant receivedAt() {
    return receivedAt;
  }

  void matched(Route matched) {
    route = Optional.of(matched);
  }

  Optional<Route> route() {
    return route;
  }

  void authenticated(Tenant proved, Optional<String> who) {
    tenant = Optional.of(proved);
    user = who;
  }

  Optional<Tenant> tenant() {
    return tenant;
  }

  /** Whom the request is about: the token's subject, else the user id, else the anonymous id. */
  Optional<String> user() {
    return user;
  }

  void receiveEvent() {
    bringsEvent = true;
  }

  /** Whether it was received as a call that brings an event. */
  boolean bringsEvent() {
    return bringsEvent;
  }

  void named(String name) {
    event = Optional.of(name);
  }

  void refused(Refusal why) {
    refusal = Optional.of(why.error() + ": " + why.message());
  }

  void passed(Step step) {
    timeline.ifPresent(it -> it.passed(step));
  }

  Optional<Timeline> timeline() {
    return timeline;
  }

  boolean isRefused() {
    return refusal.isPresent();
  }

  Details details() {
    return new Details(receivedAt, requestId, event, user, refusal, timeline);
  }

  void stored(Outcome outcome) {
    duplicate = outcome == Outcome.DUPLICATE;
  }

  /** Whether its event was stored before. */
  boolean isDuplicate() {
    return duplicate;
  }

  void charged(Decision decision) {
    budget = Optional.of(decision);
  }

  Optional<Decision> budget() {
    return budget;
  }
}
