package dev.nodash.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.middleware.Functions;
import dev.nodash.storage.postgres.PostgresEngine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxTest {

  private static final String FIRST = "\"X-RateLimit-Remaining\":\"999999\"";
  private static final String JDBC = "jdbc:postgresql://";
  private static final String DUPLICATE = "already processed";

  /** The function, as a module of its own has it. */
  private static final class Track extends LambdaFunction {
    Track() {
      super("track", Functions::track);
    }
  }

  @TempDir
  private Path folder;

  @Test
  void aCopyOfASnapshotHasNothingThatAnotherHas() throws IOException {
    var sandbox = sandbox();
    assertThat(answer(sandbox, "a")).contains(FIRST);
    assertThat(stored(sandbox, "a")).doesNotContain(FIRST);
    sandbox.beforeCheckpoint(null);
    assertThat(lines()).as("what was rehearsed is not stored").isOne();
    // The folder belongs to nobody, and nothing of it is taken over: the count begins anew, the event is found on disk.
    sandbox().beforeCheckpoint(null);
    sandbox.afterRestore(null);
    assertThat(answer(sandbox, "a")).contains(FIRST);
    assertThat(stored(sandbox, "a")).contains(DUPLICATE).doesNotContain(FIRST);
    assertThat(lines()).isOne();
    sandbox.beforeCheckpoint(null);
  }

  @Test
  void whatTheStoreDoesNotDoBeforeTheInvocationEndsIsAnswered503AndStoredOnce() throws Exception {
    var schema = Map.of("STORE_EVENTS", "postgres", "POSTGRES_URL", PostgresEngine.shared().url());
    Deployment.open(Settings.of(with(Map.of("NODE_ENV", "test"), schema)), Clock.systemUTC()).close();
    var sandbox = new Sandbox(new Track(), NamedSecrets.in(with(lambda(), schema)));
    var id = "late-" + System.nanoTime();
    try (
        var connection = DriverManager.getConnection(JDBC + PostgresEngine.shared().url().split("@", -1)[1], "postgres",
            "");
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE nodash.events IN EXCLUSIVE MODE");
      assertThat(answer(sandbox, id, Duration.ofMillis(900))).contains("\"statusCode\":503", "\"Retry-After\":\"21\"");
      connection.rollback();
      assertThat(answer(sandbox, id, Duration.ofSeconds(15))).contains("\"statusCode\":200");
      try (var rows = statement.executeQuery("SELECT count(*) FROM nodash.events WHERE message_id = '" + id + "'")) {
        rows.next();
        assertThat(rows.getInt(1)).isOne();
      }
    }
    sandbox.beforeCheckpoint(null);
  }

  @Test
  void aCopyThatCannotOpenItsStoresSaysSo() {
    var sandbox = sandbox();
    sandbox.beforeCheckpoint(null);
    var other = sandbox();
    assertThatThrownBy(() -> sandbox.afterRestore(null)).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("EVENTS_PATH");
    other.beforeCheckpoint(null);
  }

  private Sandbox sandbox() {
    return new Sandbox(new Track(), NamedSecrets.in(lambda()));
  }

  private Map<String, String> lambda() {
    return Map.of("NODE_ENV", "test", "AWS_LAMBDA_FUNCTION_NAME", "track", "LAMBDA_ALLOW_EPHEMERAL", "true",
        "EVENTS_PATH",
        folder.resolve("events").toString(), "USERS_PATH", folder.resolve("users").toString(), "RATE_LIMIT_MAX",
        "1000000");
  }

  private static Map<String, String> with(Map<String, String> variables, Map<String, String> more) {
    var all = new HashMap<>(variables);
    all.putAll(more);
    return all;
  }

  private static String answer(Sandbox sandbox, String messageId) throws IOException {
    return answer(sandbox, messageId, Duration.ofSeconds(28));
  }

  private static String answer(Sandbox sandbox, String messageId, Duration left) throws IOException {
    var event = """
        {"version":"2.0","rawPath":"/v1/track","headers":{"x-tenant-id":"tenant1","x-api-key":"demo-api-key-tenant1"},
         "requestContext":{"http":{"method":"POST","sourceIp":"192.0.2.1"}},
         "body":"{\\"event\\":\\"e\\",\\"messageId\\":\\"%s\\"}"}""".formatted(messageId);
    return new String(sandbox.answer(new ByteArrayInputStream(event.getBytes(UTF_8)), left), UTF_8);
  }

  /** The answer as soon as the index of the files is there. */
  private static String stored(Sandbox sandbox, String messageId) throws IOException {
    var answer = answer(sandbox, messageId);
    while (answer.contains("\"statusCode\":503")) {
      answer = answer(sandbox, messageId);
    }
    assertThat(answer).contains("\"statusCode\":200");
    return answer;
  }

  private long lines() throws IOException {
    try (var files = Files.walk(folder.resolve("events"))) {
      long count = 0;
      for (var file : files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
        count += Files.readAllLines(file).size();
      }
      return count;
    }
  }
}
