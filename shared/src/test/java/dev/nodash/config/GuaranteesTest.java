package dev.nodash.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.config.Settings.DeduplicatorBackend;
import dev.nodash.config.Settings.EventBackend;
import dev.nodash.config.Settings.LimiterBackend;
import dev.nodash.config.Settings.UserBackend;
import dev.nodash.middleware.Functions.Ports;
import dev.nodash.storage.Component;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.bigquery.BigQueryStub;
import dev.nodash.storage.clickhouse.ClickHouseEngine;
import dev.nodash.storage.dynamodb.DynamoDbEngine;
import dev.nodash.storage.postgres.PostgresEngine;
import dev.nodash.storage.redis.RedisEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's table of stores is what the backends declare, each opened as a deployment opens it; the contract kits
 * check that what is declared holds, and that no more than that does. {@code -Dnodash.readme.write=true} writes the table.
 */
class GuaranteesTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Pattern BLOCK = Pattern.compile("(?<=<!-- guarantees:begin -->\n).*?(?=<!-- guarantees:end -->)",
      Pattern.DOTALL);
  private static final Port EVENTS = new Port("events", "STORE_EVENTS", List.of(EventBackend.values()), Ports::events,
      Set.of(Guarantee.values()));
  private static final Port USERS = new Port("users", "STORE_USERS", List.of(UserBackend.values()), Ports::users,
      Set.of(Guarantee.SURVIVES_CRASH, Guarantee.SHARED));
  private static final Port RATE_LIMIT = new Port("rate limit", "STORE_RATELIMIT", List.of(LimiterBackend.values()),
      Ports::rateLimiter, Set.of(Guarantee.SHARED));
  private static final Port DEDUPLICATION = new Port("deduplication", "STORE_DEDUPLICATION",
      List.of(DeduplicatorBackend.values()), ports -> ports.deduplicator().orElseThrow(), Set.of(Guarantee.SHARED));
  private static final List<Port> PORTS = List.of(EVENTS, USERS, RATE_LIMIT, DEDUPLICATION);
  private static final String HEAD = Stream.of(Stream.of("backend"), PORTS.stream().map(Port::words),
      Stream.of(Guarantee.values()).map(GuaranteesTest::words)).flatMap(cells -> cells).collect(row());

  /**
   * What a backend is used for.
   *
   * @param asked the guarantees that mean something for it
   */
  private record Port(String words, String variable, List<? extends Enum<?>> backends, Function<Ports, Component> of,
      Set<Guarantee> asked) {}

  @TempDir
  private Path folder;
  private BigQueryStub bigQuery;

  @BeforeEach
  void openStub() {
    bigQuery = new BigQueryStub();
  }

  @AfterEach
  void closeStub() {
    bigQuery.close();
  }

  /** The head of a guarantee's column. */
  private static String words(Guarantee guarantee) {
    return switch (guarantee) {
      case SURVIVES_CRASH -> "a 200 survives a crash";
      case SHARED -> "several processes";
      case ONCE -> "stored once";
      case TELLS_DUPLICATES -> "tells duplicates";
    };
  }

  @Test
  void theReadmesTableIsWhatTheBackendsDeclare() throws IOException {
    var readme = Files.readString(README);
    var table = table();
    if (Boolean.getBoolean("nodash.readme.write")) {
      Files.writeString(README, BLOCK.matcher(readme).replaceFirst(table));
      return;
    }
    var block = BLOCK.matcher(readme);
    assertThat(block.find()).as("the block of the table in README.md").isTrue();
    assertThat(block.group()).as("the table; -Dnodash.readme.write=true writes it").isEqualTo(table);
  }

  private String table() {
    var declared = new TreeMap<String, Map<Port, Set<Guarantee>>>();
    for (var port : PORTS) {
      for (var backend : port.backends()) {
        declared.computeIfAbsent(name(backend), _ -> new LinkedHashMap<>()).put(port, guarantees(port, backend));
      }
    }
    var lines = new ArrayList<>(List.of(HEAD, HEAD.replaceAll("[^|]+", " --- ")));
    declared.forEach((backend, ports) -> lines.add(line(backend, ports)));
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private String line(String backend, Map<Port, Set<Guarantee>> ports) {
    var uses = PORTS.stream().map(port -> ports.containsKey(port) ? use(port, backend) : "");
    var promises = Stream.of(Guarantee.values())
        .map(guarantee -> words(backend, guarantee, promise(guarantee, ports)));
    return Stream.of(Stream.of("`" + backend + "`"), uses, promises).flatMap(cells -> cells).collect(row());
  }

  /** Where the settings take it. */
  private String use(Port port, String backend) {
    var taken = isTaken(port, backend, "production") ? "yes" : "development, test";
    return backend.equals("bigquery") && taken.equals("yes") ? "protocol-tested" : taken;
  }

  /** Where a word would say too much. */
  private static String words(String backend, Guarantee guarantee, String promise) {
    return backend.equals("bigquery") && guarantee == Guarantee.ONCE && promise.equals("yes")
        ? "at least once in the table, once by the view; a deduplicator in front"
        : promise;
  }

  private static String promise(Guarantee guarantee, Map<Port, Set<Guarantee>> ports) {
    var asked = ports.entrySet().stream().filter(port -> port.getKey().asked().contains(guarantee)).toList();
    var kept = asked.stream().filter(port -> port.getValue().contains(guarantee)).toList();
    if (asked.isEmpty()) {
      return "";
    }
    return kept.size() == asked.size()
        ? "yes"
        : kept.isEmpty() ? "no" : kept.stream().map(port -> port.getKey().words()).collect(Collectors.joining(", "));
  }

  /** Opens all four ports, this one on this backend, and asks it. */
  private Set<Guarantee> guarantees(Port port, Enum<?> backend) {
    var ports = new Backends(Settings.of(environment(port, name(backend), "test")), Clock.systemUTC(), false).open();
    try {
      return port.of().apply(ports).guarantees();
    } finally {
      ports.components().forEach(Component::close);
    }
  }

  private boolean isTaken(Port port, String backend, String environment) {
    var variables = environment(port, backend, environment);
    try {
      return Settings.of(variables) != null;
    } catch (ConfigurationException e) {
      return false;
    }
  }

  private Map<String, String> environment(Port port, String backend, String environment) {
    var variables = new HashMap<>(Map.of("NODE_ENV", environment, "API_KEYS", "tenant1:a-key-of-the-test",
        "CLICKHOUSE_URL", ClickHouseEngine.shared().url(), "POSTGRES_URL", PostgresEngine.shared().url(), "REDIS_URL",
        RedisEngine.shared().url(), "DYNAMODB_ENDPOINT", DynamoDbEngine.shared().url(), "EVENTS_PATH",
        folder.resolve("events").toString(), "USERS_PATH",
        folder.resolve("users").toString()));
    variables.putAll(Map.of("BIGQUERY_PROJECT", BigQueryStub.PROJECT, "BIGQUERY_ENDPOINT", bigQuery.url(),
        "BIGQUERY_CREDENTIALS", bigQuery.credentials()));
    if (backend.equals("bigquery")) {
      variables.put(DEDUPLICATION.variable(), "redis");
    }
    var others = environment.equals("test") ? "memory" : "flatfile";
    variables.put(EVENTS.variable(), others);
    variables.put(USERS.variable(), others);
    variables.put(port.variable(), backend);
    return variables;
  }

  private static String name(Enum<?> backend) {
    return backend.name().toLowerCase(Locale.ROOT);
  }

  private static Collector<CharSequence, ?, String> row() {
    return Collectors.joining(" | ", "| ", " |");
  }
}
