package dev.nodash.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.config.Settings.DeduplicatorBackend;
import dev.nodash.config.Settings.LimiterBackend;
import dev.nodash.config.Settings.Environment;
import dev.nodash.config.Settings.EventBackend;
import dev.nodash.config.Settings.LogLevel;
import dev.nodash.config.Settings.UserBackend;
import dev.nodash.http.ClientAddress;
import dev.nodash.http.ClientAddress.Source;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  private static Settings of(String... assignments) {
    var variables = new HashMap<String, String>();
    for (var assignment : assignments) {
      var parts = assignment.split("=", 2);
      variables.put(parts[0], parts[1]);
    }
    return Settings.of(variables);
  }

  private static void refuses(List<String> faults, ThrowingCallable start) {
    assertThatThrownBy(start).isInstanceOfSatisfying(ConfigurationException.class,
        e -> assertThat(e.faults()).containsExactlyInAnyOrderElementsOf(faults));
  }

  @Test
  void aCertificateNeedsItsKeyAndBothCanBeRead(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("pem"), "");
    assertThat(of("TLS_CERTIFICATE_PATH=" + file, "TLS_PRIVATE_KEY_PATH=" + file).server().tls())
        .contains(new Settings.Tls(file, file));
    refuses(List.of("TLS_PRIVATE_KEY_PATH: must be set where the other is; TLS needs a certificate and its key"),
        () -> of("TLS_CERTIFICATE_PATH=" + file));
    refuses(List.of("TLS_CERTIFICATE_PATH: the file cannot be read"),
        () -> of("TLS_CERTIFICATE_PATH=" + folder.resolve("none"), "TLS_PRIVATE_KEY_PATH=" + file));
  }

  @Nested
  class Defaults {

    @Test
    void areThoseOfTheContract() {
      var settings = of();
      assertThat(settings.environment()).isEqualTo(Environment.DEVELOPMENT);
      assertThat(settings.server().port()).isEqualTo(3001);
      assertThat(settings.server().host()).isEqualTo("0.0.0.0");
      assertThat(settings.server().logLevel()).isEqualTo(LogLevel.INFO);
      assertThat(settings.server().corsOrigins()).containsExactly("*");
      assertThat(settings.server().clientAddress()).isEqualTo(new ClientAddress(Source.SOCKET, 0));
      assertThat(settings.access().apiKeyHeader()).isEqualTo("x-api-key");
      assertThat(settings.access().tokens()).isEmpty();
      assertThat(settings.stores()).isEqualTo(new Settings.Stores(EventBackend.FLATFILE, Path.of("./data/events"),
          UserBackend.FLATFILE, Path.of("./data/users"), LimiterBackend.MEMORY, DeduplicatorBackend.MEMORY));
      assertThat(settings.limits().window()).isEqualTo(Duration.ofHours(1));
      assertThat(settings.limits().tenantMax()).isZero();
      assertThat(settings.deduplication()).isEqualTo(new Settings.Deduplication(Duration.ofDays(1), 1_000_000));
    }

    @ParameterizedTest
    @CsvSource({"development, 10000", "staging, 5000", "production, 1000", "test, 1000"})
    void ofTheRateLimitDependOnTheEnvironment(String environment, int max) {
      assertThat(of("NODE_ENV=" + environment, "API_KEYS=a:k").limits().max()).isEqualTo(max);
    }

    @Test
    void ofOriginsAreNoneWhereStrangersCall() {
      assertThat(of("NODE_ENV=staging").server().corsOrigins()).isEmpty();
      assertThat(of("NODE_ENV=production", "API_KEYS=a:k").server().corsOrigins()).isEmpty();
    }

    @Test
    void areTakenForAnEmptyValueToo() {
      assertThat(of("PORT=", "RATE_LIMIT_MAX= ", "STORE_EVENTS=", "NODE_ENV=")).isEqualTo(of());
    }

    @Test
    void ofTheClientAddressFollowTheProxies() {
      assertThat(of("TRUSTED_PROXIES=1").server().clientAddress()).isEqualTo(new ClientAddress(Source.FORWARDED, 1));
      assertThat(of("CLIENT_ADDRESS=fly").server().clientAddress()).isEqualTo(new ClientAddress(Source.FLY, 0));
    }
  }

  @Nested
  class Bounds {

    @ParameterizedTest
    @CsvSource({"PORT, 0, 65535", "TRUSTED_PROXIES, 0, 16", "RATE_LIMIT_MAX, 1, 1000000000",
        "RATE_LIMIT_WINDOW, 1, 31536000", "RATE_LIMIT_TENANT_MAX, 0, 1000000000", "DEDUPLICATION_TTL, 1, 31536000",
        "DEDUPLICATION_MAX, 1000, 100000000"})
    void areInclusiveAndNamed(String name, long min, long max) {
      of(name + "=" + min);
      of(name + "= " + max + " ");
      for (var wrong : List.of(min - 1, max + 1, "abc", "1.5", "1e3", "99999999999999999999", "0x10")) {
        refuses(List.of(name + ": '" + wrong + "' is not a whole number from " + min + " to " + max),
            () -> of(name + "=" + wrong));
      }
    }

    @ParameterizedTest
    @CsvSource({"NODE_ENV, 'development, staging, production, test'", "LOG_LEVEL, 'error, warn, info, debug'",
        "CLIENT_ADDRESS, 'socket, forwarded, fly'",
        "STORE_EVENTS, 'flatfile, clickhouse, bigquery, postgres, dynamodb, memory'",
        "STORE_USERS, 'flatfile, postgres, dynamodb, memory'", "STORE_RATELIMIT, 'memory, redis'",
        "STORE_DEDUPLICATION, 'memory, redis, dynamodb'", "SCHEMA_MIGRATE, 'auto, verify'",
        "CLICKHOUSE_DURABILITY, 'fsync, quorum, none'", "RATE_LIMIT_FAILURE, 'open, closed'"})
    void ofAChoiceListWhatIsValid(String name, String valid) {
      refuses(List.of(name + ": 'oracle' is not one of: " + valid), () -> of(name + "=oracle"));
    }

    @Test
    void ofTablesAndTheirPlaceAreNamesAndAnAddress() {
      assertThat(of("STORE_EVENTS=dynamodb", "DYNAMODB_ENDPOINT=http://127.0.0.1:8000").engines().dynamoDb())
          .hasValueSatisfying(it -> {
            assertThat(it.prefix()).isEqualTo("nodash-");
            assertThat(it.endpoint()).hasValue(URI.create("http://127.0.0.1:8000"));
          });
      refuses(List.of("DYNAMODB_TABLE_PREFIX: must be 1 to 100 letters, digits, hyphens, dots and underscores",
          "DYNAMODB_ENDPOINT: must be http://host:port or https://host:port"),
          () -> of("DYNAMODB_TABLE_PREFIX=a b", "DYNAMODB_ENDPOINT=127.0.0.1:8000"));
    }

    @Test
    void ofADatasetAreItsNamesAndCredentialsThatAreNotShown() {
      var bigQuery = of("STORE_EVENTS=bigquery", "GOOGLE_CLOUD_PROJECT=a-project",
          "BIGQUERY_CREDENTIALS={\"type\":\"external_account\",\"audience\":\"hidden\"}").engines().bigQuery();
      assertThat(bigQuery).hasValueSatisfying(it -> {
        assertThat(it.project()).isEqualTo("a-project");
        assertThat(it.dataset()).isEqualTo("nodash");
        assertThat(it.endpoint()).isEmpty();
        assertThat(it.toString()).doesNotContain("hidden");
      });
      refuses(List.of("BIGQUERY_PROJECT: must be the id of a project: small letters, digits, hyphens",
          "BIGQUERY_DATASET: must be 1 to 1024 letters, digits and underscores",
          "BIGQUERY_ENDPOINT: must be http://host:port or https://host:port",
          "BIGQUERY_CREDENTIALS: is not a JSON object, as Google's credentials are"),
          () -> of("STORE_EVENTS=bigquery", "BIGQUERY_PROJECT=A Project", "BIGQUERY_DATASET=a-b",
              "BIGQUERY_ENDPOINT=bigquery", "BIGQUERY_CREDENTIALS=hidden"));
      refuses(List.of("BIGQUERY_PROJECT: is needed by the stores chosen",
          "BIGQUERY_CREDENTIALS: has no type, as Google's credentials have"),
          () -> of("STORE_EVENTS=bigquery", "BIGQUERY_CREDENTIALS={}"));
    }

    @Test
    void ofAChoiceDoNotMindItsCase() {
      assertThat(of("LOG_LEVEL=Debug").server().logLevel()).isEqualTo(LogLevel.DEBUG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.example", "https://app.example/", "https://a.example/path", "null"})
    void ofAnOriginAreToldByExample(String origin) {
      refuses(List.of("CORS_ORIGINS: '" + origin + "' is neither * nor an origin like https://app.example.com"),
          () -> of("CORS_ORIGINS=https://ok.example," + origin));
    }

    @Test
    void ofTheHostAreNamesAndAddresses() {
      for (var valid : List.of("localhost", "0.0.0.0", "::", "fe80::1%eth0", "app.internal")) {
        assertThat(of("HOST=" + valid).server().host()).isEqualTo(valid);
      }
      for (var wrong : List.of("http://a", "a b", "a:80", "a/b")) {
        refuses(List.of("HOST: is neither a host name nor an address"), () -> of("HOST=" + wrong));
      }
    }

    @Test
    void ofTheEnvironmentAreInLowerCaseSinceSpringReadsThemToo() {
      refuses(List.of("NODE_ENV: must be in lower case"), () -> of("NODE_ENV=Test"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x key", "x:key", "schlüssel"})
    void ofAHeaderNameAreThoseOfHttp(String name) {
      refuses(List.of("API_KEY_HEADER: is not a header name"), () -> of("API_KEY_HEADER=" + name));
    }

    @Test
    void ofForwardedAddressesNeedAProxy() {
      refuses(List.of("TRUSTED_PROXIES: must be 1 or more where CLIENT_ADDRESS is forwarded"),
          () -> of("CLIENT_ADDRESS=forwarded"));
    }
  }

  @Test
  void daysOfRetentionNeedAStoreThatDeletes() {
    refuses(
        List.of(
            "EVENTS_RETENTION_DAYS: works with clickhouse, bigquery, postgres and dynamodb; delete old files by their day"),
        () -> of("EVENTS_RETENTION_DAYS=30"));
    assertThat(of("EVENTS_RETENTION_DAYS=30", "STORE_EVENTS=postgres", "POSTGRES_URL=postgres://u@pg/db").engines()
        .retention()).hasValue(Duration.ofDays(30));
  }

  @Test
  void allFaultsAreToldTogetherEachWithItsName() {
    assertThatThrownBy(() -> of("PORT=x", "RATE_LIMIT_MAX=abc", "STORE_EVENTS=oracle", "JWT_SECRET=short",
        "API_KEYS=nonsense", "CORS_ORIGINS=nowhere", "LOG_LEVEL=loud", "DEDUPLICATION_TTL=0"))
        .isInstanceOfSatisfying(ConfigurationException.class, e -> {
          assertThat(e.faults()).hasSize(8);
          assertThat(e).message().contains("PORT:", "RATE_LIMIT_MAX:", "STORE_EVENTS:", "JWT_SECRET:", "API_KEYS:",
              "CORS_ORIGINS:", "LOG_LEVEL:", "DEDUPLICATION_TTL:");
        });
  }

  @Test
  void theOtherValuesAreTakenAsGiven() {
    var settings = of("PORT=8080", "HOST=127.0.0.1", "API_KEY_HEADER=X-Custom", "EVENTS_PATH=/e", "USERS_PATH=/u",
        "RATE_LIMIT_TENANT_MAX=5", "CORS_ORIGINS= https://a.example , http://localhost:5173 ");
    assertThat(settings.server().port()).isEqualTo(8080);
    assertThat(settings.access().apiKeyHeader()).isEqualTo("x-custom");
    assertThat(settings.stores().eventsPath()).isEqualTo(Path.of("/e"));
    assertThat(settings.stores().usersPath()).isEqualTo(Path.of("/u"));
    assertThat(settings.limits().tenantMax()).isEqualTo(5);
    assertThat(settings.server().corsOrigins()).containsExactlyInAnyOrder("https://a.example", "http://localhost:5173");
    assertThat(Settings.of(Map.of("UNKNOWN", "x"))).isEqualTo(of());
  }
}
