package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the runner prints: JSON for machines in production, lines and a greeting for people in development. */
class LogIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String KEY = "key-of-shop-0123456789";
  private static final String BODY = """
      {"event":"opened","userId":"bob@example.com","properties":{"secret":"in-the-body"}}""";

  private static final Pattern LEFT_OUT = Pattern.compile("(\\d+) lines of this log were left out: .*");
  private static final int MORE_THAN_THE_QUEUE_HOLDS = 12_000;
  private static final int AT_ONCE = 50;

  @Test
  void productionPrintsOneJsonObjectALine(@TempDir Path folder) {
    try (var runner = RunnerProcess.start(folder, Map.of("NODE_ENV", "production", "API_KEYS", "shop:" + KEY))) {
      var token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl";
      assertThat(
          runner.post("/v1/track", BODY, "x-tenant-id", "shop", "x-api-key", KEY, "x-request-id", "r-1").statusCode())
          .isEqualTo(200);
      assertThat(runner.post("/v1/track", BODY, "x-tenant-id", "shop", "x-api-key", "wrong-key-1", "authorization",
          "Bearer " + token, "x-request-id", "r-2").statusCode()).isEqualTo(401);
      assertThat(runner.get("/v1/health?writeKey=" + KEY).statusCode()).isEqualTo(200);
      assertThat(runner.terminate()).isEqualTo(143);

      assertThat(runner.output()).doesNotContain(KEY, "wrong-key-1", token, "in-the-body", "bob@example.com", "curl",
          "demo-api-key");
      var lines = runner.output().lines().map(LogIT::parsed).toList();
      assertThat(lines).allMatch(line -> line.at("/ecs/version").isString() && line.at("/@timestamp").isString());
      var stored = request(lines, "r-1");
      assertThat(stored.at("/tenant/id").asString("")).isEqualTo("shop");
      assertThat(stored.at("/user/id").asString("")).matches("[0-9a-f]{16}");
      assertThat(stored.at("/http/response/status_code").asInt()).isEqualTo(200);
      assertThat(stored.at("/event/duration").asLong()).isPositive();
      assertThat(stored.at("/url/path").asString("")).isEqualTo("/v1/track");
      assertThat(request(lines, "r-2").at("/http/response/status_code").asInt()).isEqualTo(401);
    }
  }

  @Test
  void developmentGreetsAndCanBeRead(@TempDir Path folder) {
    try (var runner = RunnerProcess.start(folder, Map.of("NODE_ENV", "development"))) {
      assertThat(runner.post("/v1/track", BODY, "x-request-id", "r-1").statusCode()).isEqualTo(200);
      runner.terminate();

      var url = "http://localhost:" + runner.port();
      assertThat(runner.output()).contains("listening on " + url, "events: flatfile", "users: flatfile",
          "rate limit: memory", "deduplication: memory", "curl -X POST " + url + "/v1/track",
          "curl -X POST " + url + "/v1/identify", "curl " + url + "/v1/health").doesNotContain("in-the-body");
      var line = runner.output().lines().filter(it -> it.contains("request=r-1")).findFirst().orElseThrow();
      assertThat(line)
          .matches("[0-9:.]+ INFO +POST /v1/track 200 \\d+ ms tenant=tenant1 user=bob@example.com request=r-1");
    }
  }

  @Test
  void aReaderThatStopsHoldsUpNoRequestAndLearnsHowMuchItMissed(@TempDir Path folder)
      throws InterruptedException {
    var settings = Map.of("NODE_ENV", "production", "API_KEYS", "shop:" + KEY);
    try (var runner = RunnerProcess.launchUnread(folder, settings).awaitReady()) {
      int requests = 0;
      for (; requests < MORE_THAN_THE_QUEUE_HOLDS; requests += AT_ONCE) {
        assertThat(asked(runner, AT_ONCE)).containsOnly(200);
      }
      var missed = new AtomicLong();
      var printed = new AtomicLong();
      var reader = Thread.ofVirtual().start(() -> runner.process().inputReader().lines().map(LogIT::parsed)
          .forEach(line -> {
            var count = LEFT_OUT.matcher(line.at("/message").asString(""));
            missed.addAndGet(count.matches() ? Long.parseLong(count.group(1)) : 0);
            printed.addAndGet("/v1/health/live".equals(line.at("/url/path").asString("")) ? 1 : 0);
          }));
      for (; missed.get() == 0; requests++) {
        assertThat(asked(runner, 1)).containsOnly(200);
      }
      assertThat(runner.terminate()).isEqualTo(143);
      assertThat(reader.join(Duration.ofSeconds(10))).isTrue();
      assertThat(printed.get() + missed.get()).isEqualTo(requests);
    }
  }

  /** The statuses of so many requests at once. */
  private static List<Integer> asked(RunnerProcess runner, int count) {
    var request = HttpRequest.newBuilder(runner.uri("/v1/health/live")).build();
    return Stream.generate(() -> RunnerProcess.HTTP.sendAsync(request, BodyHandlers.ofString())).limit(count).toList()
        .stream().map(answer -> answer.join().statusCode()).toList();
  }

  private static JsonNode parsed(String line) {
    assertThat(line).startsWith("{").endsWith("}");
    return JSON.readTree(line);
  }

  private static JsonNode request(List<JsonNode> lines, String id) {
    return lines.stream().filter(line -> id.equals(line.at("/http/request/id").asString(""))).findFirst().orElseThrow();
  }
}
