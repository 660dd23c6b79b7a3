package dev.nodash.config;

import dev.nodash.http.Cors;
import dev.nodash.middleware.Functions;
import dev.nodash.middleware.Functions.Ports;
import dev.nodash.middleware.Functions.Rules;
import dev.nodash.middleware.Observer;
import dev.nodash.middleware.Service;
import dev.nodash.storage.Component;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The composition root: opens the backends that the settings name and builds the functions on them. */
public final class Deployment implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);
  /** With the time to drain and to answer before it, less than the 10 seconds in which a process must end. */
  private static final Duration CLOSE = Duration.ofSeconds(3);

  private final Settings settings;
  private final Clock clock;
  private final boolean watching;
  private final Observer observer;
  private final Ports ports;
  private final Optional<RetentionJob> retention;
  private final Rules rules;
  private final Functions functions;

  private Deployment(Settings settings, Clock clock, boolean watching, Observer observer, Ports ports,
      Optional<RetentionJob> retention) {
    this.settings = settings;
    this.clock = clock;
    this.watching = watching;
    this.observer = observer;
    this.ports = ports;
    this.retention = retention;
    this.rules = rules(settings);
    this.functions = new Functions(ports, rules, clock, observer);
    observer.watch(functions);
  }

  /**
   * Opens everything.
   *
   * @throws ConfigurationException if a backend cannot be used as the settings say
   */
  public static Deployment open(Settings settings, Clock clock) {
    return open(settings, clock, embedded(settings, clock));
  }

  /** The same, and somebody is told what happens. */
  public static Deployment open(Settings settings, Clock clock, Observer observer) {
    return open(settings, clock, false, observer);
  }

  /**
   * Opens what tells the state of everything, and nothing that is written to: for a process that answers health alone. It
   * starts while ClickHouse or PostgreSQL is away.
   */
  public static Deployment watch(Settings settings, Clock clock) {
    return open(settings, clock, true, embedded(settings, clock));
  }

  /** Who is told what happens in a sandbox. */
  static Observer embedded(Settings settings, Clock clock) {
    return settings.server().telemetry().embedded() ? new EmbeddedMetrics(System.out, clock) : Observer.NONE;
  }

  private static Deployment open(Settings settings, Clock clock, boolean watching, Observer observer) {
    settings.warnings().forEach(warning -> LOG.warn("{}", warning));
    var backends = new Backends(settings, clock, watching);
    var ports = backends.open();
    return new Deployment(settings, clock, watching, observer, ports, backends.retention());
  }

  /**
   * A deployment on other settings in the place of this one. It takes the stores over if they stay what they are; else it
   * opens others and closes these.
   *
   * @throws ConfigurationException if a backend cannot be used as the settings say; this one then stays
   */
  Deployment renewed(Settings next) {
    if (settings.hasStoresOf(next)) {
      return new Deployment(next, clock, watching, observer, ports, retention);
    }
    var opened = open(next, clock, watching, observer);
    close();
    return opened;
  }

  public Functions functions() {
    return functions;
  }

  /** Takes other credentials from now on; all else stays. */
  public void accept(Settings.Access access) {
    functions.accept(access.apiKeys(), access.tokens());
  }

  /**
   * Asks every store how it is, and answers the same functions by the same rules on stores that keep nothing and a key of
   * their own.
   */
  Functions rehearsal() {
    ports.components().forEach(Component::check);
    return rehearsal(rules, clock);
  }

  /** The same where no store can be asked yet. */
  static Functions rehearsal(Rules rules, Clock clock) {
    return new Functions(Backends.rehearsal(), rules.withApiKeys(List.of(Rehearsal.API_KEY)), clock);
  }

  /** Finishes what was accepted; a backend that fails or does not end keeps neither the others nor the process. */
  @Override
  public void close() {
    retention.ifPresent(RetentionJob::close);
    var closing = ports.components()
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
    if (functions.tally().received() > 0) {
      LOG.info("{}", functions.tally());
    }
  }

  private static void close(Component component) {
    try {
      component.close();
    } catch (RuntimeException e) {
      LOG.error("a store did not close cleanly", e);
    }
  }

  static Rules rules(Settings settings) {
    var access = settings.access();
    var server = settings.server();
    return new Rules(service(), access.apiKeys(), access.apiKeyHeader(), access.tokens(), access.maxFailures(),
        settings.environment() == Settings.Environment.PRODUCTION,
        new Cors(server.corsOrigins(), access.apiKeyHeader()), server.clientAddress(), Backends.DEADLINE,
        Backends.LEASE,
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
