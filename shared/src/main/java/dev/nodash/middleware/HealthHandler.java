package dev.nodash.middleware;

import dev.nodash.json.JsonBuilder;
import dev.nodash.middleware.Functions.Ports;
import dev.nodash.middleware.Rejection.Unavailable;
import dev.nodash.storage.Component;
import dev.nodash.storage.Health;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers for the state of every dependency. Without a place for events or users nothing can be accepted: unhealthy, 503.
 * Without the limiter or the deduplicator ingestion goes on by its documented policy: degraded, 200.
 */
final class HealthHandler {
  private static final Logger LOG = LoggerFactory.getLogger(HealthHandler.class);
  private static final Duration SOON = Duration.ofSeconds(1);

  private final Service service;
  private final Instant startedAt;
  private final Ports ports;

  HealthHandler(Service service, Instant startedAt, Ports ports) {
    this.service = service;
    this.startedAt = startedAt;
    this.ports = ports;
  }

  /** Readiness: whether requests can be served, and the state of what serving takes. */
  Handler.Answer ready(Exchange exchange) {
    var now = exchange.receivedAt();
    boolean eventsUp = isHealthy("eventStore", ports.events());
    boolean usersUp = isHealthy("userStore", ports.users());
    boolean limiterUp = isHealthy("rateLimiter", ports.rateLimiter());
    boolean deduplicatorUp = isHealthy("deduplication", ports.deduplicator());
    var canStore = eventsUp && usersUp;
    var status = !canStore ? "unhealthy" : limiterUp && deduplicatorUp ? "healthy" : "degraded";
    var window = ports.window(now);
    var body = new JsonBuilder().add("status", status).add("version", service.version())
        .add("uptime", Duration.between(startedAt, now).toSeconds()).add("timestamp", now)
        .add("dependencies",
            new JsonBuilder().add("eventStore", word(eventsUp)).add("userStore", word(usersUp))
                .add("rateLimiter", word(limiterUp)).add("deduplication", word(deduplicatorUp)).end())
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

  private static String word(boolean healthy) {
    return healthy ? "healthy" : "unhealthy";
  }

  private static boolean isHealthy(String name, Component component) {
    Health health;
    try {
      health = component.check();
    } catch (RuntimeException e) {
      health = Health.unhealthy("the check failed: " + e);
    }
    health.fault().ifPresent(fault -> LOG.warn("{} is unhealthy: {}", name, fault));
    return health.isHealthy();
  }
}
