package dev.nodash.config;

import dev.nodash.config.Settings.BigQuery;
import dev.nodash.config.Settings.DeduplicatorBackend;
import dev.nodash.config.Settings.Engines;
import dev.nodash.config.Settings.Environment;
import dev.nodash.config.Settings.EventBackend;
import dev.nodash.config.Settings.LimiterBackend;
import dev.nodash.config.Settings.Stores;
import dev.nodash.config.Settings.UserBackend;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.bigquery.BigQueryCredentials;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Durability;
import dev.nodash.storage.clickhouse.ClickHouseUrl;
import dev.nodash.storage.dynamodb.DynamoDbDatabase;
import dev.nodash.storage.postgres.PostgresUrl;
import dev.nodash.storage.redis.RedisUrl;
import dev.nodash.storage.resilience.FallbackRateLimiter.Failure;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Knows the variables that say where data goes, and the rules between them. */
final class StoresReader {
  private static final int MAX_DAYS = 3_660;
  private static final Pattern TABLE_PREFIX = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  /** With a domain in front for old projects of an organisation. */
  private static final Pattern PROJECT = Pattern.compile("([a-z0-9.-]{1,100}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]");
  private static final Pattern DATASET = Pattern.compile("\\w{1,1024}");
  private static final Pattern ENDPOINT = Pattern.compile("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?");

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
    var limiter = variables.choice("STORE_RATELIMIT", LimiterBackend.class, LimiterBackend.MEMORY);
    var deduplicator = variables.choice("STORE_DEDUPLICATION", DeduplicatorBackend.class,
        limiter == LimiterBackend.REDIS ? DeduplicatorBackend.REDIS : DeduplicatorBackend.MEMORY);
    checkDurable("STORE_EVENTS", events, events == EventBackend.MEMORY, events == EventBackend.FLATFILE);
    checkDurable("STORE_USERS", users, users == UserBackend.MEMORY, users == UserBackend.FLATFILE);
    checkDurable("STORE_DEDUPLICATION", deduplicator, false, deduplicator == DeduplicatorBackend.MEMORY);
    if (events == EventBackend.BIGQUERY && deduplicator == DeduplicatorBackend.MEMORY && !environment.isForTrying()) {
      variables.fault("STORE_DEDUPLICATION",
          "memory forgets at a restart, and bigquery's table takes a repetition for a"
              + " new row; choose redis or dynamodb");
    }
    return new Stores(events, path("EVENTS_PATH", "./data/events"), users, path("USERS_PATH", "./data/users"), limiter,
        deduplicator);
  }

  Engines engines(Stores stores) {
    var redis = stores.rateLimiter() == LimiterBackend.REDIS || stores.deduplicator() == DeduplicatorBackend.REDIS;
    var postgres = stores.events() == EventBackend.POSTGRES || stores.users() == UserBackend.POSTGRES;
    var days = variables.number("EVENTS_RETENTION_DAYS", 0, MAX_DAYS, 0);
    if (days > 0 && (stores.events() == EventBackend.FLATFILE || stores.events() == EventBackend.MEMORY)) {
      variables.fault("EVENTS_RETENTION_DAYS",
          "works with clickhouse, bigquery, postgres and dynamodb; delete old files by their day");
    }
    var schema = variables.choice("SCHEMA_MIGRATE", SchemaMode.class, serverless ? SchemaMode.VERIFY : SchemaMode.AUTO);
    if (serverless && schema == SchemaMode.AUTO) {
      variables.fault("SCHEMA_MIGRATE", "auto is not there on Lambda; start a runner once on the same databases");
    }
    return new Engines(
        parsed("CLICKHOUSE_URL", ClickHouseUrl::parse, stores.events() == EventBackend.CLICKHOUSE),
        parsed("POSTGRES_URL", PostgresUrl::parse, postgres), parsed("REDIS_URL", RedisUrl::new, redis),
        dynamoDb(stores, schema), bigQuery(stores), schema,
        variables.choice("CLICKHOUSE_DURABILITY", Durability.class, Durability.FSYNC),
        days == 0 ? Optional.empty() : Optional.of(Duration.ofDays(days)),
        variables.choice("RATE_LIMIT_FAILURE", Failure.class, Failure.OPEN));
  }

  private Optional<DynamoDbDatabase.Options> dynamoDb(Stores stores, SchemaMode schema) {
    var prefix = variables.text("DYNAMODB_TABLE_PREFIX").orElse("nodash-");
    if (!TABLE_PREFIX.matcher(prefix).matches()) {
      variables.fault("DYNAMODB_TABLE_PREFIX", "must be 1 to 100 letters, digits, hyphens, dots and underscores");
    }
    var endpoint = endpoint("DYNAMODB_ENDPOINT");
    var needed = stores.events() == EventBackend.DYNAMODB || stores.users() == UserBackend.DYNAMODB
        || stores.deduplicator() == DeduplicatorBackend.DYNAMODB;
    return needed ? Optional.of(new DynamoDbDatabase.Options(prefix, endpoint, schema)) : Optional.empty();
  }

  private Optional<BigQuery> bigQuery(Stores stores) {
    var project = variables.text("BIGQUERY_PROJECT").or(() -> variables.text("GOOGLE_CLOUD_PROJECT"));
    var dataset = variables.text("BIGQUERY_DATASET").orElse("nodash");
    var endpoint = endpoint("BIGQUERY_ENDPOINT");
    if (!DATASET.matcher(dataset).matches()) {
      variables.fault("BIGQUERY_DATASET", "must be 1 to 1024 letters, digits and underscores");
    }
    var needed = stores.events() == EventBackend.BIGQUERY;
    var credentials = variables.secret("BIGQUERY_CREDENTIALS").isPresent()
        ? parsed("BIGQUERY_CREDENTIALS", BigQueryCredentials::new, needed)
        : Optional.<BigQueryCredentials>empty();
    if (!needed) {
      return Optional.empty();
    }
    if (project.isEmpty()) {
      variables.fault("BIGQUERY_PROJECT", "is needed by the stores chosen");
    } else if (!PROJECT.matcher(project.get()).matches()) {
      variables.fault("BIGQUERY_PROJECT", "must be the id of a project: small letters, digits, hyphens");
    }
    return Optional.of(new BigQuery(project.orElse(""), dataset, endpoint, credentials));
  }

  private Optional<URI> endpoint(String name) {
    var text = variables.text(name);
    if (text.isPresent() && !ENDPOINT.matcher(text.get()).matches()) {
      variables.fault(name, "must be http://host:port or https://host:port");
      return Optional.empty();
    }
    return text.map(URI::create);
  }

  /** The URL of an engine, or its credentials; a fault quotes nothing of it, since it may hold a password. */
  private <T> Optional<T> parsed(String name, Function<String, T> parse, boolean needed) {
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
