package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps the runner from starting is said in words, all of it at once, and nothing secret with it. */
class StartupIT {
  private static final String SHORT_SECRET = "hunter2-hunter2";
  private static final Map<String, String> PRODUCTION = Map.of("NODE_ENV", "production", "API_KEYS",
      "shop:key-of-shop");

  @Test
  void allFaultsAreNamedTogether(@TempDir Path folder) {
    var output = failed(folder, Map.of("NODE_ENV", "production", "RATE_LIMIT_MAX", "abc", "PORT", "99999", "JWT_SECRET",
        SHORT_SECRET, "STORE_EVENTS", "clickhuose", "STORE_USERS", "memory", "CORS_ORIGINS", "*"));
    assertThat(output).contains("RATE_LIMIT_MAX: 'abc'", "PORT: '99999'", "JWT_SECRET: must have at least 32 bytes",
        "STORE_EVENTS: 'clickhuose' is not one of", "flatfile", "STORE_USERS: memory",
        "API_KEYS: production needs API_KEYS, JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL",
        "CORS_ORIGINS: * is not allowed in production")
        .doesNotContain(SHORT_SECRET);
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void aKeyThatCannotBeReadIsNamedByItsPlace(@TempDir Path folder) {
    assertThat(failed(folder, Map.of("API_KEYS", "shop:key-of-shop,key-without-tenant")))
        .contains("API_KEYS: entry 2 is not tenant:key").doesNotContain("key-of-shop", "key-without-tenant");
  }

  @Test
  void aSecondProcessOnTheSameFolderIsRefused(@TempDir Path folder) throws IOException {
    try (var first = RunnerProcess.start(folder, Map.of())) {
      var events = folder.resolve("data/events").toRealPath();
      assertThat(failed(folder, Map.of())).contains("EVENTS_PATH", "the data folder " + events,
          "in use by process " + first.process().pid());
      assertThat(failed(folder, Map.of("EVENTS_PATH", "elsewhere"))).contains("USERS_PATH", "in use by process");
      assertThat(first.get("/v1/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aPortInUseIsNamed(@TempDir Path folder) {
    try (var first = RunnerProcess.start(folder, Map.of())) {
      var port = Integer.toString(first.port());
      assertThat(failed(folder, Map.of("PORT", port, "EVENTS_PATH", "events2", "USERS_PATH", "users2")))
          .contains("PORT: " + port + " is in use");
    }
  }

  @Test
  void aFileWhereTheFolderShouldBeIsNamed(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("file"), "no folder");
    assertThat(failed(folder, Map.of("EVENTS_PATH", file.toString())))
        .contains("EVENTS_PATH: the data folder " + file + " cannot be used", "Not a directory");
    assertThat(failed(folder, Map.of("USERS_PATH", file + "/below")))
        .contains("USERS_PATH: the data folder " + file + "/below cannot be used");
    assertThat(Files.readString(file)).isEqualTo("no folder");
  }

  @Test
  void theEnvironmentBeatsTheFile(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve(".env"), """
        # a comment
        RATE_LIMIT_MAX=7
        API_KEY_HEADER="x-our-key"
        """);
    try (var runner = RunnerProcess.start(folder, Map.of("RATE_LIMIT_MAX", "9"))) {
      var answer = runner.post("/v1/track", "{\"event\":\"a\"}", "x-our-key", "demo-api-key-tenant1");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("x-ratelimit-limit")).contains("9");
    }
  }

  @Test
  void demoKeysAndMemoryStoresAreForTryingOnly(@TempDir Path folder) {
    for (var environment : new String[]{"staging", "production"}) {
      assertThat(failed(folder, with(PRODUCTION, "NODE_ENV", environment, "STORE_EVENTS", "memory", "STORE_USERS",
          "memory"))).contains("STORE_EVENTS: memory keeps nothing", "STORE_USERS: memory keeps nothing");
      try (var runner = RunnerProcess.start(folder, with(PRODUCTION, "NODE_ENV", environment))) {
        assertThat(runner.post("/v1/track", "{\"event\":\"a\"}").statusCode()).isEqualTo(401);
        runner.terminate();
      }
    }
  }

  /** Starts what must fail, with words instead of a stack trace; answers all that it printed. */
  private static String failed(Path folder, Map<String, String> environment) {
    try (var runner = RunnerProcess.launch(folder, environment)) {
      assertThat(runner.awaitExit()).isEqualTo(1);
      var output = runner.output();
      assertThat(output).contains("nodash cannot start: ").doesNotContain("\tat ", "Caused by", "Exception:");
      return output;
    }
  }

  private static Map<String, String> with(Map<String, String> base, String... pairs) {
    var all = new HashMap<>(base);
    for (int i = 0; i < pairs.length; i += 2) {
      all.put(pairs[i], pairs[i + 1]);
    }
    return all;
  }
}
