package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.config.Settings;
import dev.nodash.config.Settings.DeduplicatorBackend;
import dev.nodash.config.Settings.LimiterBackend;
import dev.nodash.config.Settings.EventBackend;
import dev.nodash.config.Settings.UserBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** compose.yaml starts the trio that Nodash is then given, with settings that Nodash takes in production. */
class ComposeTest {
  private static final Path FILE = Path.of("..", "compose.yaml");
  /** {@code ${NAME:?message}} has to be set, {@code ${NAME:-default}} need not be. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+):([?-])([^}]*)}");
  private static final String VERSIONED = ".+:[0-9][0-9.]*";
  private static final Set<String> ENGINES = Set.of("clickhouse", "postgres", "redis");

  private final Map<String, String> set = Map.of("API_KEYS", "tenant1:a-key-of-the-test", "CLICKHOUSE_PASSWORD", "c1",
      "POSTGRES_PASSWORD", "p2", "REDIS_PASSWORD", "r3");
  private final Set<String> required = new HashSet<>();
  private Map<?, ?> compose = Map.of();
  private Settings settings = Settings.of(Map.of());

  @BeforeEach
  void read() throws IOException {
    compose = map(new Yaml().load(substituted(Files.readString(FILE))));
    settings = Settings.of(environment("nodash"));
  }

  private String substituted(String text) {
    return VARIABLE.matcher(text).replaceAll(found -> {
      if (found.group(2).equals("?")) {
        required.add(found.group(1));
        return Objects.requireNonNull(set.get(found.group(1)), found.group());
      }
      return found.group(3);
    });
  }

  private Map<?, ?> service(String name) {
    return map(map(compose.get("services")).get(name));
  }

  private Map<String, String> environment(String service) {
    var environment = new TreeMap<String, String>();
    map(service(service).get("environment")).forEach((name, value) -> environment.put((String) name, "" + value));
    return environment;
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return (Map<?, ?>) Objects.requireNonNull(value);
  }

  @Test
  void nodashTakesItsSettingsAsProduction() {
    assertThat(settings.environment()).isEqualTo(Settings.Environment.PRODUCTION);
    assertThat(settings.warnings()).isEmpty();
    assertThat(settings.stores().events()).isEqualTo(EventBackend.CLICKHOUSE);
    assertThat(settings.stores().users()).isEqualTo(UserBackend.POSTGRES);
    assertThat(settings.stores().rateLimiter()).isEqualTo(LimiterBackend.REDIS);
    assertThat(settings.stores().deduplicator()).isEqualTo(DeduplicatorBackend.REDIS);
    assertThat(service("nodash").get("ports")).isEqualTo(List.of("127.0.0.1:3001:" + settings.server().port()));
  }

  @Test
  void itsUrlsAreThoseOfTheServices() {
    var clickHouse = settings.engines().clickHouse().orElseThrow();
    var given = environment("clickhouse");
    assertThat(clickHouse.host()).isEqualTo("clickhouse");
    assertThat(List.of(clickHouse.user(), clickHouse.password(), clickHouse.database())).isEqualTo(
        List.of(given.get("CLICKHOUSE_USER"), given.get("CLICKHOUSE_PASSWORD"), given.get("CLICKHOUSE_DB")));
    var postgres = settings.engines().postgres().orElseThrow();
    var granted = environment("postgres");
    assertThat(postgres.hosts()).isEqualTo("postgres:5432");
    assertThat(List.of(postgres.user(), postgres.password(), postgres.database())).isEqualTo(
        List.of(granted.get("POSTGRES_USER"), granted.get("POSTGRES_PASSWORD"), granted.get("POSTGRES_DB")));
    assertThat(settings.engines().redis().orElseThrow().value()).isEqualTo("redis://:r3@redis:6379/0");
    assertThat((List<?>) service("redis").get("command")).asString().contains("--requirepass, r3");
    assertThat(environment("redis")).containsEntry("REDISCLI_AUTH", "r3");
  }

  @Test
  void nothingStartsWithoutItsSecrets() {
    assertThat(required).isEqualTo(set.keySet());
  }

  @Test
  void nodashWaitsForEachEngineAndEachKeepsItsData() {
    assertThat(map(compose.get("services")).keySet()).isEqualTo(Set.of("nodash", "clickhouse", "postgres", "redis"));
    for (var engine : ENGINES) {
      assertThat(map(service("nodash").get("depends_on")).get(engine)).as(engine)
          .isEqualTo(Map.of("condition", "service_healthy"));
      assertThat(map(service(engine).get("healthcheck")).get("test")).as(engine).isNotNull();
      assertThat(service(engine).get("image")).as("a fixed version").asString().matches(VERSIONED);
      assertThat(((List<?>) Objects.requireNonNull(service(engine).get("volumes"))).getFirst().toString())
          .startsWith(engine + ":/");
      assertThat(service(engine).get("ports")).as("only Nodash can be reached from outside").isNull();
    }
    assertThat(map(compose.get("volumes")).keySet()).isEqualTo(ENGINES);
  }

  @Test
  void theEnginesKeepWhatTheyAcknowledge() {
    assertThat((List<?>) service("postgres").get("command")).asString()
        .contains("fsync=on").contains("synchronous_commit=on");
    assertThat((List<?>) service("redis").get("command")).asString()
        .contains("--maxmemory-policy, noeviction").contains("--appendonly, yes");
  }
}
