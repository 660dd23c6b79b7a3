package dev.nodash.middleware;

import dev.nodash.json.JsonBuilder;
import dev.nodash.middleware.Functions.Ports;
import dev.nodash.middleware.Rejection.Unavailable;
import dev.nodash.storage.Component;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers for the state of every dependency. Without a place for events or users nothing can be accepted: unhealthy, 503.
 * Without the limiter or the deduplicator ingestion goes on by its documented policy: degraded, 200.
 */
final class HealthHandler {
  private static final String EVENTS = "eventStore";
  private static final String USERS = "userStore";
  private static final String LIMITER = "rateLimiter";
  private static final String DEDUPLICATION = "deduplication";
  private static final Duration SOON = Duration.ofSeconds(1);

  private final Service service;
  private final Instant startedAt;
  private final Ports ports;
  private final Checks checks;

  HealthHandler(Service service, Instant startedAt, Ports ports) {
    this.service = service;
    this.startedAt = startedAt;
    this.ports = ports;
    var components = new HashMap<String, Component>(
        Map.of(EVENTS, ports.events(), USERS, ports.users(), LIMITER, ports.rateLimiter()));
    ports.deduplicator().ifPresent(it -> components.put(DEDUPLICATION, it));
    this.checks = new Checks(components);
  }

  /** Readiness: whether requests can be served, and the state of what serving takes. */
  Handler.Answer ready(Exchange exchange) {
    var now = exchange.receivedAt();
    var healthy = new HashMap<>(checks.healthy(now));
    // Where there is no deduplicator, the store of events is its own.
    healthy.putIfAbsent(DEDUPLICATION, isTrue(healthy, EVENTS));
    var canStore = isTrue(healthy, EVENTS) && isTrue(healthy, USERS);
    var canCount = isTrue(healthy, LIMITER) && isTrue(healthy, DEDUPLICATION);
    var status = !canStore ? "unhealthy" : canCount ? "healthy" : "degraded";
    var dependencies = new JsonBuilder();
    for (var name : List.of(EVENTS, USERS, LIMITER, DEDUPLICATION)) {
      dependencies.add(name, isTrue(healthy, name) ? "healthy" : "unhealthy");
    }
    var window = ports.window(now);
    var body = new JsonBuilder().add("status", status).add("version", service.version())
        .add("uptime", Duration.between(startedAt, now).toSeconds()).add("timestamp", now)
        .add("dependencies", dependencies.end())
        .add("deduplicationWindow",
            new JsonBuilder().add("seconds", window.duration().toSeconds()).add("ids", window.ids()).end())
        .end();
    return new Handler.Answer(canStore ? 200 : 503, body);
  }

  /** Liveness: whether the process can still serve, or only a restart can help. */
  Handler.Answer live(Exchange exchange) {
    if (ports.events().isFatal() || ports.users().isFatal()) {
      throw new Rejected(new Unavailable("a store failed for good and the process has to be restarted", SOON));
    }
    return Handler.Answer
        .ok(new JsonBuilder().add("status", "alive").add("timestamp", exchange.receivedAt()).end());
  }

  private static boolean isTrue(Map<String, Boolean> healthy, String name) {
    return healthy.getOrDefault(name, false);
  }
}
