package dev.nodash.config;

import dev.nodash.middleware.Functions.Ports;
import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.Component;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.RateLimiter;
import dev.nodash.storage.RateLimiter.Limits;
import dev.nodash.storage.Retention;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.UserStore;
import dev.nodash.storage.batch.BatchingEventStore;
import dev.nodash.storage.bigquery.BigQueryCredentials;
import dev.nodash.storage.bigquery.BigQueryEventStore;
import dev.nodash.storage.clickhouse.ClickHouseEventStore;
import dev.nodash.storage.clickhouse.ClickHousePing;
import dev.nodash.storage.dynamodb.DynamoDbDatabase;
import dev.nodash.storage.dynamodb.DynamoDbDeduplicator;
import dev.nodash.storage.dynamodb.DynamoDbEventStore;
import dev.nodash.storage.dynamodb.DynamoDbUserStore;
import dev.nodash.storage.flatfile.FlatFileEventStore;
import dev.nodash.storage.flatfile.FlatFileUserStore;
import dev.nodash.storage.memory.MemoryDeduplicator;
import dev.nodash.storage.memory.MemoryEventStore;
import dev.nodash.storage.memory.MemoryRateLimiter;
import dev.nodash.storage.memory.MemoryUserStore;
import dev.nodash.storage.postgres.PostgresDatabase;
import dev.nodash.storage.postgres.PostgresEventStore;
import dev.nodash.storage.postgres.PostgresUserStore;
import dev.nodash.storage.redis.RedisDeduplicator;
import dev.nodash.storage.redis.RedisRateLimiter;
import dev.nodash.storage.resilience.Breaker;
import dev.nodash.storage.resilience.FallbackDeduplicator;
import dev.nodash.storage.resilience.FallbackRateLimiter;
import dev.nodash.storage.resilience.GuardedEventStore;
import dev.nodash.storage.resilience.GuardedUserStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens the backends that the settings name; the one place that knows them all. */
final class Backends {
  /** How long a request waits for the store at most. */
  static final Duration DEADLINE = Duration.ofSeconds(10);
  /** How long an engine has for one call, which may begin at the end of the request's time. */
  private static final Duration ENGINE_DEADLINE = Duration.ofSeconds(6);
  /** Longer than both by 5 seconds, so that no lease ends while its append may still succeed. */
  static final Duration LEASE = DEADLINE.plus(ENGINE_DEADLINE).plusSeconds(5);
  private static final Duration REDIS_DEADLINE = Duration.ofSeconds(1);
  private static final int POSTGRES_CONNECTIONS = 10;

  private final Settings settings;
  private final Clock clock;
  private final boolean watching;
  private final Deque<Component> opened = new ArrayDeque<>();
  private @Nullable Postgres postgres;
  private @Nullable DynamoDb dynamoDb;
  private Optional<RetentionJob> retention = Optional.empty();

  /** What the stores on PostgreSQL share. */
  private record Postgres(PostgresDatabase database, Breaker breaker) {}

  /** What the stores on DynamoDB share; the deduplicator is asked on its own account. */
  private record DynamoDb(DynamoDbDatabase database, Breaker breaker) {}

  /**
   * Opens nothing yet.
   *
   * @param watching whether only the health of ClickHouse, PostgreSQL and DynamoDB will be asked
   */
  Backends(Settings settings, Clock clock, boolean watching) {
    this.settings = settings;
    this.clock = clock;
    this.watching = watching;
  }

  /**
   * Opens all four; once.
   *
   * @throws ConfigurationException if one cannot be used; those opened before it are closed again
   */
  Ports open() {
    try {
      var events = kept(events());
      var users = kept(users(events));
      return new Ports(events, users, kept(rateLimiter()), deduplicator(events, users).map(this::kept));
    } catch (RuntimeException e) {
      opened.forEach(Component::close);
      throw e;
    }
  }

  /** What deletes old events in this process, if anything does. */
  Optional<RetentionJob> retention() {
    return retention;
  }

  /** Stores in memory, for requests whose answers nobody waits for. */
  static Ports rehearsal() {
    return new Ports(new MemoryEventStore(), new MemoryUserStore(),
        new MemoryRateLimiter(new Limits(10, Duration.ofSeconds(1), 0), 10),
        Optional.of(new MemoryDeduplicator(LEASE, 10, LEASE)));
  }

  private <C extends Component> C kept(C component) {
    opened.push(component);
    return component;
  }

  private EventStore events() {
    var stores = settings.stores();
    var deduplication = settings.deduplication();
    return switch (stores.events()) {
      case FLATFILE -> usable("EVENTS_PATH", () -> new FlatFileEventStore(stores.eventsPath(), clock,
          deduplication.ttl(), deduplication.max(), DEADLINE, settings.serverless()));
      case MEMORY -> new MemoryEventStore();
      case CLICKHOUSE -> watching
          ? watchedClickHouse()
          : gathered("ClickHouse", usable("CLICKHOUSE_URL", this::clickHouse),
              new Breaker("ClickHouse", clock), BatchRules.CLICKHOUSE);
      case BIGQUERY -> watching
          ? watchedBigQuery()
          : gathered("BigQuery", usable("STORE_EVENTS", this::bigQuery), new Breaker("BigQuery", clock),
              BatchRules.BIGQUERY);
      case POSTGRES -> watching
          ? new Watched(() -> new PostgresEventStore(postgres().database()))
          : postgresEvents();
      case DYNAMODB -> watching
          ? dynamoDbEvents()
          : gathered("DynamoDB", usable("STORE_EVENTS", this::dynamoDbEvents), dynamoDb().breaker(),
              BatchRules.DYNAMODB);
    };
  }

  private EventStore postgresEvents() {
    var store = new PostgresEventStore(postgres().database());
    retain(store);
    return gathered("PostgreSQL", store, postgres().breaker(), BatchRules.POSTGRES);
  }

  private DynamoDbEventStore dynamoDbEvents() {
    return new DynamoDbEventStore(dynamoDb().database(), clock, settings.engines().retention());
  }

  /** Asked once when it is opened, since a check of health has no time for all that a first token loads. */
  private EventStore watchedBigQuery() {
    var watched = new Watched(this::bigQuery);
    var _ = watched.check();
    return watched;
  }

  private BigQueryEventStore bigQuery() {
    var engines = settings.engines();
    var tables = engines.bigQuery().orElseThrow();
    var credentials = usable("BIGQUERY_CREDENTIALS", () -> tables.credentials().map(BigQueryCredentials::google)
        .orElseGet(BigQueryCredentials::found));
    return new BigQueryEventStore(new BigQueryEventStore.Options(tables.project(), tables.dataset(), tables.endpoint(),
        engines.schema(), !watching, engines.retention()), credentials, ENGINE_DEADLINE);
  }

  /** By a plain request: whoever only asks needs no driver. */
  private EventStore watchedClickHouse() {
    var url = settings.engines().clickHouse().orElseThrow();
    return new Watched(() -> new ClickHousePing(url));
  }

  private ClickHouseEventStore clickHouse() {
    var engines = settings.engines();
    var inserts = settings.serverless() ? ClickHouseEventStore.Inserts.ASYNC : ClickHouseEventStore.Inserts.BATCHED;
    return new ClickHouseEventStore(engines.clickHouse().orElseThrow(), new ClickHouseEventStore.Options(
        engines.schema(), inserts, engines.clickHouseDurability(), engines.retention(), ENGINE_DEADLINE));
  }

  /** A sandbox of Lambda has one request at a time, and nothing to gather. */
  private EventStore gathered(String engine, BulkEventStore store, Breaker breaker,
      BatchingEventStore.Rule rule) {
    var guarded = new GuardedEventStore(store, breaker);
    return settings.serverless()
        ? guarded
        : new BatchingEventStore(guarded, engine, rule);
  }

  private void retain(Retention store) {
    if (!settings.serverless()) {
      retention = settings.engines().retention().map(keep -> new RetentionJob(store, keep, clock));
    }
  }

  private UserStore users(EventStore events) {
    var stores = settings.stores();
    return switch (stores.users()) {
      case FLATFILE -> usable("USERS_PATH", () -> events instanceof FlatFileEventStore beside
          ? new FlatFileUserStore(stores.usersPath(), beside)
          : new FlatFileUserStore(stores.usersPath(), clock, DEADLINE, settings.serverless()));
      case MEMORY -> new MemoryUserStore();
      case POSTGRES -> watching
          ? new Watched(() -> new PostgresUserStore(postgres().database()))
          : new GuardedUserStore(new PostgresUserStore(postgres().database()), postgres().breaker());
      case DYNAMODB -> new GuardedUserStore(
          usable("STORE_USERS", () -> new DynamoDbUserStore(dynamoDb().database())), dynamoDb().breaker());
    };
  }

  private RateLimiter rateLimiter() {
    var limits = settings.limits();
    return switch (settings.stores().rateLimiter()) {
      case MEMORY -> new MemoryRateLimiter(limits, MemoryRateLimiter.MAX_SUBJECTS);
      case REDIS -> new FallbackRateLimiter(
          new RedisRateLimiter(settings.engines().redis().orElseThrow(), limits, REDIS_DEADLINE),
          new Breaker("Redis for the rate limiter", clock), settings.engines().rateLimitFailure());
    };
  }

  /** None in memory where events and users are flat files: their own memory is as near, and knows more. */
  private Optional<Deduplicator> deduplicator(EventStore events, UserStore users) {
    var deduplication = settings.deduplication();
    return switch (settings.stores().deduplicator()) {
      case MEMORY -> users instanceof FlatFileUserStore && events instanceof FlatFileEventStore
          ? Optional.empty()
          : Optional.of(events instanceof FlatFileEventStore files
              ? new MemoryDeduplicator(files.index(), LEASE)
              : new MemoryDeduplicator(deduplication.ttl(), deduplication.max(), LEASE));
      case REDIS -> Optional.of(new FallbackDeduplicator(new RedisDeduplicator(settings.engines().redis().orElseThrow(),
          deduplication.ttl(), LEASE, REDIS_DEADLINE), new Breaker("Redis for deduplication", clock), clock));
      case DYNAMODB -> Optional.of(new FallbackDeduplicator(usable("STORE_DEDUPLICATION",
          () -> new DynamoDbDeduplicator(dynamoDb().database(), deduplication.ttl(), LEASE)),
          new Breaker("DynamoDB for deduplication", clock), clock));
    };
  }

  private synchronized Postgres postgres() {
    var shared = postgres;
    if (shared == null) {
      var engines = settings.engines();
      var database = usable("POSTGRES_URL",
          () -> PostgresDatabase.open(engines.postgres().orElseThrow(),
              settings.serverless() ? 1 : POSTGRES_CONNECTIONS, ENGINE_DEADLINE, engines.schema(),
              settings.environment() == Settings.Environment.PRODUCTION));
      shared = new Postgres(database, new Breaker("PostgreSQL", clock));
      postgres = shared;
    }
    return shared;
  }

  private synchronized DynamoDb dynamoDb() {
    var shared = dynamoDb;
    if (shared == null) {
      var options = settings.engines().dynamoDb().orElseThrow();
      shared = new DynamoDb(
          usable("AWS_REGION", () -> new DynamoDbDatabase(options, ENGINE_DEADLINE, !watching)),
          new Breaker("DynamoDB", clock));
      dynamoDb = shared;
    }
    return shared;
  }

  /** Opens something; its fault is one of the setting that names it. */
  private static <T> T usable(String setting, Supplier<T> open) {
    try {
      return open.get();
    } catch (IllegalStateException | StoreException e) {
      throw new ConfigurationException(List.of(setting + ": " + e.getMessage()));
    }
  }
}
