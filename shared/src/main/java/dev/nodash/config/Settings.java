package dev.nodash.config;

import dev.nodash.http.ClientAddress;
import dev.nodash.middleware.ApiKeys.ApiKey;
import dev.nodash.middleware.Tokens;
import dev.nodash.storage.RateLimiter.Limits;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.bigquery.BigQueryCredentials;
import dev.nodash.storage.clickhouse.ClickHouseEventStore;
import dev.nodash.storage.clickhouse.ClickHouseUrl;
import dev.nodash.storage.dynamodb.DynamoDbDatabase;
import dev.nodash.storage.postgres.PostgresUrl;
import dev.nodash.storage.redis.RedisUrl;
import dev.nodash.storage.resilience.FallbackRateLimiter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything a deployment can set, checked as a whole; {@code .env.example} explains each variable. No secret is ever
 * shown.
 *
 * @param serverless whether this is a Lambda sandbox: one request at a time, and nothing runs between requests
 * @param secretsRefresh how long a secret that AWS keeps is taken for current
 * @param warnings what works but should not stay so
 */
public record Settings(Environment environment, boolean serverless, Server server, Access access, Stores stores,
    Engines engines, Limits limits, Deduplication deduplication, Duration secretsRefresh, List<String> warnings) {

  /** {@code NODE_ENV}. */
  public enum Environment {
    DEVELOPMENT, STAGING, PRODUCTION, TEST;

    /** Whether data may be lost and demo keys may work. */
    public boolean isForTrying() {
      return this == DEVELOPMENT || this == TEST;
    }
  }

  /** {@code LOG_LEVEL}. */
  public enum LogLevel {
    ERROR, WARN, INFO, DEBUG
  }

  /** {@code STORE_EVENTS}. */
  public enum EventBackend {
    FLATFILE, CLICKHOUSE, BIGQUERY, POSTGRES, DYNAMODB, MEMORY
  }

  /** {@code STORE_USERS}. */
  public enum UserBackend {
    FLATFILE, POSTGRES, DYNAMODB, MEMORY
  }

  /** {@code STORE_RATELIMIT}. */
  public enum LimiterBackend {
    MEMORY, REDIS
  }

  /** {@code STORE_DEDUPLICATION}. */
  public enum DeduplicatorBackend {
    MEMORY, REDIS, DYNAMODB
  }

  /** Where to listen, whom to believe and how much to say. */
  public record Server(String host, int port, LogLevel logLevel, Set<String> corsOrigins, ClientAddress clientAddress,
      Optional<Tls> tls, Telemetry telemetry, Optional<Console> console) {}

  /**
   * What the runner proves itself with, where TLS does not end before it.
   *
   * @param certificate its chain, in PEM
   * @param privateKey PKCS #8, in PEM
   */
  public record Tls(Path certificate, Path privateKey) {}

  /**
   * The page that shows an operator what happens, where it is on.
   *
   * @param key what opens it; without one, whoever reaches it by an address or as localhost
   */
  public record Console(Optional<String> key) {
    @Override
    public String toString() {
      return "Console[key=" + key.map(_ -> "***") + "]";
    }
  }

  /**
   * Who is told what happens.
   *
   * @param prometheusPort where metrics can be scraped, if they can
   * @param embedded whether the output has them for CloudWatch
   * @param traces the variables of OpenTelemetry that say where traces go; none if nowhere
   */
  public record Telemetry(Optional<Integer> prometheusPort, boolean embedded, Map<String, String> traces) {
    public Telemetry {
      traces = Map.copyOf(traces);
    }

    /** Its headers may hold the key of whoever takes the traces. */
    @Override
    public String toString() {
      return "Telemetry[prometheusPort=" + prometheusPort + ", embedded=" + embedded + ", traces=" + traces.keySet()
          + "]";
    }
  }

  /**
   * Who may write.
   *
   * @param maxFailures wrong credentials of a client address in a minute; 0: any number
   */
  public record Access(List<ApiKey> apiKeys, String apiKeyHeader, Optional<Tokens.Policy> tokens, int maxFailures) {
    @Override
    public String toString() {
      return "Access[apiKeys=***, apiKeyHeader=" + apiKeyHeader + ", tokens=" + tokens + ", maxFailures=" + maxFailures
          + "]";
    }
  }

  /** Which backend each port has, and where flat files go. */
  public record Stores(EventBackend events, Path eventsPath, UserBackend users, Path usersPath,
      LimiterBackend rateLimiter, DeduplicatorBackend deduplicator) {}

  /**
   * The engines that some backend needs, and how they are used; one that no backend needs is absent.
   *
   * @param retention after how many days events are deleted
   */
  public record Engines(Optional<ClickHouseUrl> clickHouse, Optional<PostgresUrl> postgres, Optional<RedisUrl> redis,
      Optional<DynamoDbDatabase.Options> dynamoDb, Optional<BigQuery> bigQuery, SchemaMode schema,
      ClickHouseEventStore.Durability clickHouseDurability, Optional<Duration> retention,
      FallbackRateLimiter.Failure rateLimitFailure) {}

  /**
   * Where BigQuery's tables are.
   *
   * @param endpoint where to call instead of Google's endpoint
   * @param credentials in place of what Google's chain of default credentials finds
   */
  public record BigQuery(String project, String dataset, Optional<URI> endpoint,
      Optional<BigQueryCredentials> credentials) {}

  /** Whether stores opened on these settings are what the others ask for. */
  boolean hasStoresOf(Settings other) {
    return environment == other.environment && stores.equals(other.stores) && engines.equals(other.engines)
        && limits.equals(other.limits) && deduplication.equals(other.deduplication);
  }

  /** How long and how many ids are remembered. */
  public record Deduplication(Duration ttl, int max) {}

  /**
   * Reads the settings.
   *
   * @throws ConfigurationException naming every fault
   */
  public static Settings of(Map<String, String> variables) {
    return new SettingsReader(new Variables(variables)).read();
  }
}
