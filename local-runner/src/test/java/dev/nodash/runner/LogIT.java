package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  private static JsonNode parsed(String line) {
    assertThat(line).startsWith("{").endsWith("}");
    return JSON.readTree(line);
  }

  private static JsonNode request(List<JsonNode> lines, String id) {
    return lines.stream().filter(line -> id.equals(line.at("/http/request/id").asString(""))).findFirst().orElseThrow();
  }
}
