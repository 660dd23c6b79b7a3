package dev.nodash.middleware;

import dev.nodash.http.ClientAddress;
import dev.nodash.http.Cors;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.middleware.ApiKeys.ApiKey;
import dev.nodash.middleware.Endpoint.Common;
import dev.nodash.middleware.Rejection.ByEngine;
import dev.nodash.middleware.Rejection.Unavailable;
import dev.nodash.model.EventType;
import dev.nodash.model.RandomPool;
import dev.nodash.storage.Component;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.RateLimiter;
import dev.nodash.storage.UserStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds the functions from the ports and rules of a deployment. */
public final class Functions {

  /**
   * The ports that ingestion stands on.
   *
   * @param deduplicator none where the store of events needs none before it
   */
  public record Ports(EventStore events, UserStore users, RateLimiter rateLimiter,
      Optional<Deduplicator> deduplicator) {

    /** The deduplication window in force: the event store decides where the deduplicator was lost, so both count. */
    Deduplicator.Window window(Instant now) {
      var stored = events.window(now);
      return deduplicator.map(it -> it.window(now).shorter(stored)).orElse(stored);
    }

    /** All of them. */
    public Stream<Component> components() {
      return Stream.concat(Stream.of(events, users, rateLimiter), deduplicator.stream());
    }
  }

  /**
   * The rules of a deployment.
   *
   * @param maxFailures wrong credentials of a client address in a minute; 0: any number
   * @param tlsOnly whether events that came to a proxy in plain HTTP are refused
   * @param patience how long a request waits for another one with the same message
   * @param lease how long a claim is kept whose outcome nobody knows
   * @param showUsers whether the log may hold user ids as they are
   */
  public record Rules(Service service, List<ApiKey> apiKeys, String apiKeyHeader, Optional<Tokens.Policy> tokens,
      int maxFailures, boolean tlsOnly, Cors cors, ClientAddress clientAddress, Duration patience, Duration lease,
      boolean showUsers) {

    /** The same rules with other keys. */
    public Rules withApiKeys(List<ApiKey> others) {
      return new Rules(service, others, apiKeyHeader, tokens, maxFailures, tlsOnly, cors, clientAddress, patience,
          lease, showUsers);
    }
  }

  private final Ports ports;
  private final Rules rules;
  private final Clock clock;
  private final Common common;
  private @Nullable Steps steps;

  public Functions(Ports ports, Rules rules, Clock clock) {
    this(ports, rules, clock, Observer.NONE);
  }

  /** Functions that tell somebody what happens. */
  public Functions(Ports ports, Rules rules, Clock clock, Observer observer) {
    this.ports = ports;
    this.rules = rules;
    this.clock = clock;
    this.common = common(rules, clock, observer);
  }

  /** The steps that track and identify share; health takes none of them, and does not load them. */
  private synchronized Steps steps() {
    var shared = steps;
    if (shared == null) {
      shared = new Steps(new Validate(),
          new Authenticate(new Credentials(rules.apiKeyHeader()), rules.apiKeys(), rules.tokens(),
              new FailedCredentials(rules.clientAddress(), rules.maxFailures())),
          new RateLimit(ports.rateLimiter(), rules.clientAddress()),
          ports.deduplicator().<Deduplicate>map(it -> new Claiming(it, clock, common.random(), rules.patience()))
              .orElseGet(Deduplicate::byStore),
          common.random(), common.observer());
      steps = shared;
    }
    return shared;
  }

  /** Takes other credentials from now on. */
  public void accept(List<ApiKey> apiKeys, Optional<Tokens.Policy> tokens) {
    steps().authenticate().accept(apiKeys, tokens);
  }

  /** {@code POST /v1/track}. */
  public Endpoint track() {
    return new Endpoint(Map.of(Route.TRACK, handler(EventType.TRACK)), common);
  }

  /** {@code POST /v1/page}, {@code /v1/screen}, {@code /v1/group}, {@code /v1/alias}. */
  public Endpoint page() {
    return new Endpoint(Map.of(Route.PAGE, handler(EventType.PAGE), Route.SCREEN, handler(EventType.SCREEN),
        Route.GROUP, handler(EventType.GROUP), Route.ALIAS, handler(EventType.ALIAS)), common);
  }

  /** {@code POST /v1/batch}. */
  public Endpoint batch() {
    return new Endpoint(
        Map.of(Route.BATCH,
            new BatchHandler(steps(), ports.users(), ports.events(), new BatchRoom(Runtime.getRuntime().maxMemory()))),
        common);
  }

  private Handler handler(EventType type) {
    return new EventHandler(type, steps(), ports.events());
  }

  /** {@code POST /v1/identify}. */
  public Endpoint identify() {
    return new Endpoint(Map.of(Route.IDENTIFY, new IdentifyHandler(steps(), ports.users(), ports.events())), common);
  }

  /** {@code GET /v1/health}, {@code GET /v1/health/live}, {@code GET /}, the documents, and the answer to every unknown path. */
  public Endpoint health() {
    var health = new HealthHandler(rules.service(), clock.instant(), ports);
    var docs = new DocsHandler(rules);
    return new Endpoint(
        Map.of(Route.HEALTH, Handler.of(health::ready), Route.LIVE, Handler.of(health::live), Route.ROOT,
            Handler.of(_ -> Respond.welcome(rules.service())), Route.SETTINGS,
            Handler.of(exchange -> BrowserSettings.answer(exchange, rules.clientAddress())), Route.DOCS,
            Handler.of(docs::page), Route.DOCS_JSON,
            Handler.of(docs::json), Route.DOCS_YAML, Handler.of(docs::yaml)),
        common);
  }

  /** Whether {@link Endpoint#answer} of this function may keep its caller waiting; a check of the stores does, and
   * a batch takes long to read. */
  public boolean waits(String function) {
    var isEvent = function.equals(Route.TRACK.function()) || function.equals(Route.PAGE.function());
    var isIdentify = function.equals(Route.IDENTIFY.function());
    return !(isEvent || isIdentify)
        || ports.rateLimiter().waits() || ports.events().waits()
        || ports.deduplicator().filter(Component::waits).isPresent()
        || (isIdentify && ports.users().waitsBeside(ports.events()));
  }

  /**
   * The answer to what a web engine refuses before any function sees it, in the shape of every other error.
   *
   * @param request as far as the engine could read it
   * @param engineStatus what the engine would have answered, 400 or more
   */
  public HttpResponse refuse(HttpRequest request, int engineStatus) {
    return new Endpoint(Map.of(), common).refuse(request, new ByEngine(engineStatus));
  }

  /**
   * What answers 503 to every request in place of a function.
   *
   * @param why in words, for the client
   * @param retryAfter when another attempt may succeed
   */
  public static Function<HttpRequest, HttpResponse> unavailable(Rules rules, Clock clock, Observer observer,
      String why, Duration retryAfter) {
    var endpoint = new Endpoint(Map.of(), common(rules, clock, observer));
    return request -> endpoint.refuse(request, new Unavailable(why, retryAfter));
  }

  /** What became of the calls that these functions received. */
  public Tally.Counts tally() {
    return common.tally().counts();
  }

  /** The deduplication window in force. */
  public Deduplicator.Window window() {
    return ports.window(clock.instant());
  }

  /** What the writers of the store of events do. */
  public EventStore.Writing writing() {
    return ports.events().writing();
  }

  private static Common common(Rules rules, Clock clock, Observer observer) {
    return new Common(rules.cors(), rules.clientAddress(), rules.tlsOnly(), new AccessLog(rules.showUsers()), observer,
        clock, new RandomPool(), new Tally(), rules.lease());
  }
}
