package dev.nodash.config;

import dev.nodash.config.Settings.Stores;
import dev.nodash.http.Cors;
import dev.nodash.middleware.Functions;
import dev.nodash.middleware.Functions.Ports;
import dev.nodash.middleware.Functions.Rules;
import dev.nodash.middleware.Service;
import dev.nodash.storage.Component;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.RateLimiter;
import dev.nodash.storage.UserStore;
import dev.nodash.storage.flatfile.FlatFileEventStore;
import dev.nodash.storage.flatfile.FlatFileUserStore;
import dev.nodash.storage.memory.MemoryDeduplicator;
import dev.nodash.storage.memory.MemoryEventStore;
import dev.nodash.storage.memory.MemoryRateLimiter;
import dev.nodash.storage.memory.MemoryUserStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The composition root: opens the backends that the settings name and builds the functions on them. */
public final class Deployment implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);
  private static final Duration STORE_DEADLINE = Duration.ofSeconds(10);
  /** Longer than the store's deadline by 5 seconds, so that no lease ends while its append may still succeed. */
  private static final Duration LEASE = STORE_DEADLINE.plusSeconds(6);

  /** With the time to drain and to answer before it, less than the 10 seconds in which a process must end. */
  private static final Duration CLOSE = Duration.ofSeconds(3);

  private final Ports ports;
  private final Functions functions;

  private Deployment(Ports ports, Functions functions) {
    this.ports = ports;
    this.functions = functions;
  }

  /**
   * Opens everything.
   *
   * @throws ConfigurationException if a data folder cannot be used or another process uses it
   */
  public static Deployment open(Settings settings, Clock clock) {
    settings.warnings().forEach(warning -> LOG.warn("{}", warning));
    var stores = settings.stores();
    var events = opened("EVENTS_PATH", () -> events(settings, clock));
    UserStore users;
    try {
      users = opened("USERS_PATH", () -> users(stores));
    } catch (RuntimeException e) {
      events.close();
      throw e;
    }
    var ports = new Ports(events, users, rateLimiter(settings), deduplicator(settings));
    return new Deployment(ports, new Functions(ports, rules(settings), clock));
  }

  public Functions functions() {
    return functions;
  }

  /** Finishes what was accepted; a backend that fails or does not end keeps neither the others nor the process. */
  @Override
  public void close() {
    var closing = Stream.of(ports.events(), ports.users(), ports.rateLimiter(), ports.deduplicator())
        .map(component -> Thread.ofPlatform().daemon().name("nodash-close").start(() -> close(component))).toList();
    long end = System.nanoTime() + CLOSE.toNanos();
    try {
      for (var thread : closing) {
        if (!thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
          LOG.error("a store did not close within {} and is left as it is", CLOSE);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(Component component) {
    try {
      component.close();
    } catch (RuntimeException e) {
      LOG.error("a store did not close cleanly", e);
    }
  }

  /** Opens a store; its folder's fault is one of the setting that names the folder. */
  private static <T> T opened(String name, Supplier<T> store) {
    try {
      return store.get();
    } catch (IllegalStateException e) {
      throw new ConfigurationException(List.of(name + ": " + e.getMessage()));
    }
  }

  private static EventStore events(Settings settings, Clock clock) {
    var deduplication = settings.deduplication();
    return switch (settings.stores().events()) {
      case FLATFILE -> new FlatFileEventStore(settings.stores().eventsPath(), clock, deduplication.ttl(),
          deduplication.max(), STORE_DEADLINE);
      case MEMORY -> new MemoryEventStore();
    };
  }

  private static UserStore users(Stores stores) {
    return switch (stores.users()) {
      case FLATFILE -> new FlatFileUserStore(stores.usersPath());
      case MEMORY -> new MemoryUserStore();
    };
  }

  private static RateLimiter rateLimiter(Settings settings) {
    return switch (settings.stores().rateLimiter()) {
      case MEMORY -> new MemoryRateLimiter(settings.limits(), MemoryRateLimiter.MAX_SUBJECTS);
    };
  }

  private static Deduplicator deduplicator(Settings settings) {
    var deduplication = settings.deduplication();
    return switch (settings.stores().deduplicator()) {
      case MEMORY -> new MemoryDeduplicator(deduplication.ttl(), deduplication.max(), LEASE);
    };
  }

  private static Rules rules(Settings settings) {
    var access = settings.access();
    var server = settings.server();
    return new Rules(service(), access.apiKeys(), access.apiKeyHeader(), access.tokens(),
        new Cors(server.corsOrigins(), access.apiKeyHeader()), server.clientAddress(), STORE_DEADLINE, LEASE,
        settings.environment() == Settings.Environment.DEVELOPMENT);
  }

  /** The name and version that the build wrote. */
  public static Service service() {
    try (var in = Deployment.class.getResourceAsStream("/dev/nodash/service.properties")) {
      var properties = new Properties();
      properties.load(in);
      return new Service(properties.getProperty("name"), properties.getProperty("version"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
