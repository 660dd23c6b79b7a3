package dev.nodash.middleware;

import dev.nodash.json.JsonBuilder;
import dev.nodash.middleware.Rejection.Unavailable;
import dev.nodash.storage.Component;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.Health;
import dev.nodash.storage.RateLimiter;
import dev.nodash.storage.UserStore;
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
  private final EventStore events;
  private final UserStore users;
  private final RateLimiter limiter;
  private final Deduplicator deduplicator;

  HealthHandler(Service service, Instant startedAt, EventStore events, UserStore users, RateLimiter limiter,
      Deduplicator deduplicator) {
    this.service = service;
    this.startedAt = startedAt;
    this.events = events;
    this.users = users;
    this.limiter = limiter;
    this.deduplicator = deduplicator;
  }

  /** Readiness: whether requests can be served, and the state of what serving takes. */
  Handler.Answer ready(Exchange exchange) {
    var now = exchange.receivedAt();
    boolean eventsUp = isHealthy("eventStore", events);
    boolean usersUp = isHealthy("userStore", users);
    boolean limiterUp = isHealthy("rateLimiter", limiter);
    boolean deduplicatorUp = isHealthy("deduplication", deduplicator);
    var canStore = eventsUp && usersUp;
    var status = !canStore ? "unhealthy" : limiterUp && deduplicatorUp ? "healthy" : "degraded";
    var window = deduplicator.window(now);
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
    if (events.isFatal() || users.isFatal()) {
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
