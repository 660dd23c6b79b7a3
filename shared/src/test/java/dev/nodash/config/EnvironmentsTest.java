package dev.nodash.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.config.Settings.DeduplicatorBackend;
import dev.nodash.config.Settings.Environment;
import dev.nodash.config.Settings.EventBackend;
import dev.nodash.config.Settings.UserBackend;
import dev.nodash.middleware.ApiKeys.ApiKey;
import dev.nodash.model.Tenant;
import dev.nodash.storage.SchemaMode;
import java.util.HashMap;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentsTest {
  private static final ApiKey DEMO = ApiKey.ofSecret(Tenant.of("tenant1"), "demo-api-key-tenant1");

  @Nested
  class AsTheMissionShowsThem {

    @Test
    void developmentStarts() {
      var settings = Settings.of(Map.of("NODE_ENV", "development", "STORE_EVENTS", "flatfile", "STORE_USERS",
          "flatfile", "RATE_LIMIT_MAX", "10000"));
      assertThat(settings.environment()).isEqualTo(Environment.DEVELOPMENT);
      assertThat(settings.stores().events()).isEqualTo(EventBackend.FLATFILE);
      assertThat(settings.stores().users()).isEqualTo(UserBackend.FLATFILE);
      assertThat(settings.limits().max()).isEqualTo(10_000);
    }

    @Test
    void stagingStarts() {
      var settings = Settings.of(Map.of("NODE_ENV", "staging", "STORE_EVENTS", "flatfile", "STORE_USERS", "flatfile",
          "RATE_LIMIT_MAX", "5000"));
      assertThat(settings.environment()).isEqualTo(Environment.STAGING);
      assertThat(settings.limits().max()).isEqualTo(5_000);
    }

    @Test
    void productionNamesItsEngines() {
      var shown = Map.of("NODE_ENV", "production", "STORE_EVENTS", "clickhouse", "STORE_USERS", "postgres",
          "STORE_RATELIMIT", "redis", "RATE_LIMIT_MAX", "1000", "API_KEYS", "a:k");
      assertThatThrownBy(() -> Settings.of(shown)).isInstanceOfSatisfying(ConfigurationException.class,
          e -> assertThat(e.faults()).containsExactly("CLICKHOUSE_URL: is needed by the stores chosen",
              "POSTGRES_URL: is needed by the stores chosen", "REDIS_URL: is needed by the stores chosen"));
      var all = new HashMap<>(shown);
      all.put("CLICKHOUSE_URL", "clickhouse://u:s3cret@ch/db");
      all.put("POSTGRES_URL", "postgresql://u:s3cret@pg/db?sslmode=require");
      all.put("REDIS_URL", "rediss://:s3cret@redis:6380");
      var settings = Settings.of(all);
      assertThat(settings.limits().max()).isEqualTo(1_000);
      assertThat(settings.stores().deduplicator()).isEqualTo(DeduplicatorBackend.REDIS);
      assertThat(settings.engines().schema()).isEqualTo(SchemaMode.AUTO);
      assertThat(settings.toString()).contains("pg").doesNotContain("s3cret");
      all.put("POSTGRES_URL", "mysql://u:s3cret@pg/db");
      assertThatThrownBy(() -> Settings.of(all)).hasMessageContaining("POSTGRES_URL: not postgresql://").message()
          .doesNotContain("s3cret");
    }

    @Test
    void onLambdaTablesAreVerifiedAndDatabasesOutliveTheSandbox() {
      var settings = Settings.of(Map.of("AWS_LAMBDA_FUNCTION_NAME", "track", "STORE_EVENTS", "postgres", "STORE_USERS",
          "postgres", "STORE_DEDUPLICATION", "redis", "POSTGRES_URL", "postgres://u@pg/db", "REDIS_URL",
          "redis://redis"));
      assertThat(settings.serverless()).isTrue();
      assertThat(settings.engines().schema()).isEqualTo(SchemaMode.VERIFY);
    }
  }

  @Test
  void metricsGoToPrometheusOrOnLambdaToCloudWatch() {
    assertThat(Settings.of(Map.of("PROMETHEUS_ENABLE", "true")).server().telemetry().prometheusPort()).contains(9090);
    assertThat(Settings.of(Map.of("PROMETHEUS_PORT", "1")).server().telemetry().prometheusPort()).isEmpty();
    assertThatThrownBy(() -> Settings.of(Map.of("PROMETHEUS_ENABLE", "true", "PORT", "9090")))
        .hasMessageContaining("PROMETHEUS_PORT: 9090 is PORT already");
    assertThatThrownBy(() -> Settings.of(Map.of("METRICS_EMF", "true")))
        .hasMessageContaining("METRICS_EMF: is for Lambda only; set PROMETHEUS_ENABLE");
  }

  @Nested
  class Production {

    @Test
    void needsKeysOrASecretForTokens() {
      assertThatThrownBy(() -> Settings.of(Map.of("NODE_ENV", "production")))
          .hasMessageContaining("API_KEYS: production needs API_KEYS, JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL");
      Settings.of(Map.of("NODE_ENV", "production", "API_KEYS", "a:k"));
      Settings.of(Map.of("NODE_ENV", "production", "JWT_SECRET", "s".repeat(32)));
    }

    @Test
    void refusesEveryOrigin() {
      assertThatThrownBy(() -> Settings.of(Map.of("NODE_ENV", "production", "API_KEYS", "a:k", "CORS_ORIGINS", "*")))
          .hasMessageContaining("CORS_ORIGINS: * is not allowed in production");
    }

    @ParameterizedTest
    @ValueSource(strings = {"production", "staging"})
    void andStagingRefuseDeduplicationInMemoryInFrontOfBigQuery(String environment) {
      var settings = new HashMap<>(Map.of("NODE_ENV", environment, "API_KEYS", "a:k", "STORE_EVENTS", "bigquery",
          "BIGQUERY_PROJECT", "a-project"));
      assertThatThrownBy(() -> Settings.of(settings)).hasMessageContaining("STORE_DEDUPLICATION: memory forgets at a"
          + " restart, and bigquery's table takes a repetition for a new row; choose redis or dynamodb");
      settings.put("STORE_DEDUPLICATION", "dynamodb");
      assertThat(Settings.of(settings).engines().bigQuery()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"production", "staging"})
    void andStagingRefuseStoresThatForget(String environment) {
      assertThatThrownBy(() -> Settings.of(
          Map.of("NODE_ENV", environment, "API_KEYS", "a:k", "STORE_EVENTS", "memory", "STORE_USERS", "memory")))
          .hasMessageContaining("STORE_EVENTS: memory keeps nothing and works in development and test only")
          .hasMessageContaining("STORE_USERS: memory keeps nothing");
    }
  }

  @Nested
  class DemoKeys {

    @ParameterizedTest
    @ValueSource(strings = {"development", "test"})
    void workForTryingBesideOnesOwn(String environment) {
      var keys = Settings.of(Map.of("NODE_ENV", environment, "API_KEYS", "a:k")).access().apiKeys();
      assertThat(keys).contains(DEMO, ApiKey.ofSecret(Tenant.of("tenant2"), "demo-api-key-tenant2"),
          ApiKey.ofSecret(Tenant.of("a"), "k")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"staging", "production"})
    void areNotThereElsewhereAndCannotBeConfigured(String environment) {
      assertThat(Settings.of(Map.of("NODE_ENV", environment, "API_KEYS", "a:k")).access().apiKeys()).hasSize(1);
      for (var entry : new String[]{"tenant1:demo-api-key-tenant1", "other:demo-api-key-tenant2",
          "tenant1:sha256=" + DEMO.sha256()}) {
        assertThatThrownBy(() -> Settings.of(Map.of("NODE_ENV", environment, "API_KEYS", "a:k," + entry)))
            .hasMessageContaining("API_KEYS: has a demo key, which everybody knows");
      }
    }

    @Test
    void belongToTheirTenantsOnly() {
      assertThat(Settings.of(Map.of("API_KEYS", "tenant1:demo-api-key-tenant1")).access().apiKeys()).hasSize(2);
      assertThatThrownBy(() -> Settings.of(Map.of("API_KEYS", "other:demo-api-key-tenant1")))
          .hasMessageContaining("API_KEYS: the same key stands there twice");
    }

    @Test
    void comeWithAWarningWhereOthersCanReachThem() {
      assertThat(Settings.of(Map.of()).warnings()).singleElement().asString().contains("demo API keys", "0.0.0.0");
      assertThat(Settings.of(Map.of("HOST", "127.0.0.1")).warnings()).isEmpty();
      assertThat(Settings.of(Map.of("HOST", "localhost")).warnings()).isEmpty();
    }

    @Test
    void areMissedInStagingWhereNobodyCouldWriteWithoutAKey() {
      assertThat(Settings.of(Map.of("NODE_ENV", "staging")).warnings()).singleElement().asString()
          .contains("nobody can write");
      assertThat(Settings.of(Map.of("NODE_ENV", "staging", "API_KEYS", "acme:key")).warnings()).isEmpty();
    }
  }

  @Nested
  class OnLambda {

    @Test
    void whatDoesNotOutliveASandboxIsRefused() {
      assertThatThrownBy(() -> Settings.of(Map.of("AWS_LAMBDA_FUNCTION_NAME", "track", "STORE_USERS", "memory")))
          .isInstanceOfSatisfying(ConfigurationException.class, e -> assertThat(e.faults()).hasSize(3)
              .anyMatch(fault -> fault.startsWith("STORE_EVENTS: flatfile does not outlive a Lambda sandbox"))
              .anyMatch(fault -> fault.startsWith("STORE_USERS: memory does not outlive"))
              .anyMatch(fault -> fault.startsWith("STORE_DEDUPLICATION: memory does not outlive")));
    }

    @Test
    void unlessItIsForATest() {
      Settings.of(Map.of("AWS_LAMBDA_FUNCTION_NAME", "track", "LAMBDA_ALLOW_EPHEMERAL", "true"));
      assertThatThrownBy(() -> Settings.of(Map.of("LAMBDA_ALLOW_EPHEMERAL", "maybe")))
          .isInstanceOfSatisfying(ConfigurationException.class, e -> assertThat(e.faults())
              .containsExactly("LAMBDA_ALLOW_EPHEMERAL: 'maybe' is neither true nor false"));
    }
  }
}
