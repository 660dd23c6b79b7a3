package dev.nodash.config;

import dev.nodash.config.Settings.CounterBackend;
import dev.nodash.config.Settings.Engines;
import dev.nodash.config.Settings.Environment;
import dev.nodash.config.Settings.EventBackend;
import dev.nodash.config.Settings.Stores;
import dev.nodash.config.Settings.UserBackend;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Durability;
import dev.nodash.storage.clickhouse.ClickHouseUrl;
import dev.nodash.storage.postgres.PostgresUrl;
import dev.nodash.storage.redis.RedisUrl;
import dev.nodash.storage.resilience.FallbackRateLimiter.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Knows the variables that say where data goes, and the rules between them. */
final class StoresReader {
  private static final int MAX_DAYS = 3_660;

  private final Variables variables;
  private final Environment environment;
  private final boolean serverless;
  private final boolean mustOutliveSandbox;

  StoresReader(Variables variables, Environment environment, boolean serverless) {
    this.variables = variables;
    this.environment = environment;
    this.serverless = serverless;
    var mayBeEphemeral = variables.flag("LAMBDA_ALLOW_EPHEMERAL");
    this.mustOutliveSandbox = serverless && !mayBeEphemeral;
  }

  Stores backends() {
    var events = variables.choice("STORE_EVENTS", EventBackend.class, EventBackend.FLATFILE);
    var users = variables.choice("STORE_USERS", UserBackend.class, UserBackend.FLATFILE);
    var limiter = variables.choice("STORE_RATELIMIT", CounterBackend.class, CounterBackend.MEMORY);
    var deduplicator = variables.choice("STORE_DEDUPLICATION", CounterBackend.class, limiter);
    checkDurable("STORE_EVENTS", events, events == EventBackend.MEMORY, events == EventBackend.FLATFILE);
    checkDurable("STORE_USERS", users, users == UserBackend.MEMORY, users == UserBackend.FLATFILE);
    checkDurable("STORE_DEDUPLICATION", deduplicator, false, deduplicator == CounterBackend.MEMORY);
    return new Stores(events, path("EVENTS_PATH", "./data/events"), users, path("USERS_PATH", "./data/users"), limiter,
        deduplicator);
  }

  Engines engines(Stores stores) {
    var redis = stores.rateLimiter() == CounterBackend.REDIS || stores.deduplicator() == CounterBackend.REDIS;
    var postgres = stores.events() == EventBackend.POSTGRES || stores.users() == UserBackend.POSTGRES;
    var days = variables.number("EVENTS_RETENTION_DAYS", 0, MAX_DAYS, 0);
    if (days > 0 && (stores.events() == EventBackend.FLATFILE || stores.events() == EventBackend.MEMORY)) {
      variables.fault("EVENTS_RETENTION_DAYS", "works with clickhouse and postgres; delete old files by their day");
    }
    var schema = variables.choice("SCHEMA_MIGRATE", SchemaMode.class, serverless ? SchemaMode.VERIFY : SchemaMode.AUTO);
    if (serverless && schema == SchemaMode.AUTO) {
      variables.fault("SCHEMA_MIGRATE", "auto is not there on Lambda; start a runner once on the same databases");
    }
    return new Engines(
        url("CLICKHOUSE_URL", ClickHouseUrl::parse, stores.events() == EventBackend.CLICKHOUSE),
        url("POSTGRES_URL", PostgresUrl::parse, postgres), url("REDIS_URL", RedisUrl::new, redis),
        schema,
        variables.choice("CLICKHOUSE_DURABILITY", Durability.class, Durability.FSYNC),
        days == 0 ? Optional.empty() : Optional.of(Duration.ofDays(days)),
        variables.choice("RATE_LIMIT_FAILURE", Failure.class, Failure.OPEN));
  }

  /** The URL of an engine; a fault quotes nothing of it, since it may hold a password. */
  private <T> Optional<T> url(String name, Function<String, T> parse, boolean needed) {
    var text = variables.secret(name);
    if (!needed) {
      return Optional.empty();
    }
    if (text.isEmpty()) {
      variables.fault(name, "is needed by the stores chosen");
      return Optional.empty();
    }
    try {
      return text.map(parse);
    } catch (IllegalArgumentException e) {
      variables.fault(name, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** A 200 means stored: what forgets at the end of the process is for trying only, and on Lambda that is any local one. */
  private void checkDurable(String name, Enum<?> backend, boolean forgets, boolean local) {
    var value = backend.name().toLowerCase(Locale.ROOT);
    if (forgets && !environment.isForTrying()) {
      variables.fault(name, value + " keeps nothing and works in development and test only");
    }
    if (mustOutliveSandbox && (forgets || local)) {
      variables.fault(name, value + " does not outlive a Lambda sandbox; choose a database, or for tests set"
          + " LAMBDA_ALLOW_EPHEMERAL=true");
    }
  }

  private Path path(String name, String otherwise) {
    var text = variables.text(name).orElse(otherwise);
    try {
      return Path.of(text);
    } catch (IllegalArgumentException e) {
      variables.fault(name, "is not a path");
      return Path.of(otherwise);
    }
  }
}
