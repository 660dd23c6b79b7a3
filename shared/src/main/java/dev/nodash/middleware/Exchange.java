package dev.nodash.middleware;

import dev.nodash.http.HttpRequest;
import dev.nodash.middleware.Observer.Details;
import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.middleware.Timeline.Step;
import dev.nodash.model.RandomPool;
import dev.nodash.model.Tenant;
import dev.nodash.storage.RateLimiter.Decision;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
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
  private int events;
  private int counted;
  private Map<Outcome, Integer> outcomes = Map.of();

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

  void brings(int number) {
    events = number;
  }

  /** How many events it brings more than when this was asked last. */
  int uncounted() {
    int more = events - counted;
    counted = events;
    return more;
  }

  /** How many events it brings, as far as is known: one until a batch is read; none of what is no call. */
  int events() {
    return events;
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

  /** What became of its events. */
  void ended(Map<Outcome, Integer> counts) {
    outcomes = counts;
  }

  /** What became of its only event. */
  void stored(Outcome outcome) {
    ended(Map.of(outcome, 1));
  }

  Map<Outcome, Integer> outcomes() {
    return outcomes;
  }

  /** Whether its only event was stored before. */
  boolean isDuplicate() {
    return outcomes.containsKey(Outcome.DUPLICATE);
  }

  void charged(Decision decision) {
    budget = Optional.of(decision);
  }

  Optional<Decision> budget() {
    return budget;
  }
}
