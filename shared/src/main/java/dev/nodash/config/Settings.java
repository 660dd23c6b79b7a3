package dev.nodash.config;

import dev.nodash.http.ClientAddress;
import dev.nodash.middleware.ApiKeys.ApiKey;
import dev.nodash.middleware.Tokens;
import dev.nodash.storage.RateLimiter.Limits;
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
 * @param warnings what works but should not stay so
 */
public record Settings(Environment environment, Server server, Access access, Stores stores, Limits limits,
    Deduplication deduplication, List<String> warnings) {

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
    FLATFILE, MEMORY
  }

  /** {@code STORE_USERS}. */
  public enum UserBackend {
    FLATFILE, MEMORY
  }

  /** {@code STORE_RATELIMIT} and {@code STORE_DEDUPLICATION}. */
  public enum LocalBackend { MEMORY }

  /** Where to listen, whom to believe and how much to say. */
  public record Server(String host, int port, LogLevel logLevel, Set<String> corsOrigins,
      ClientAddress clientAddress) {}

  /** Who may write. */
  public record Access(List<ApiKey> apiKeys, String apiKeyHeader, Optional<Tokens.Policy> tokens) {
    @Override
    public String toString() {
      return "Access[apiKeys=***, apiKeyHeader=" + apiKeyHeader + ", tokens=" + tokens + "]";
    }
  }

  /** Which backend each port has, and where flat files go. */
  public record Stores(EventBackend events, Path eventsPath, UserBackend users, Path usersPath,
      LocalBackend rateLimiter,
      LocalBackend deduplicator) {}

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
