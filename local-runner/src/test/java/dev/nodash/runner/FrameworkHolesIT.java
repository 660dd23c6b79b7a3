package dev.nodash.runner;

import static dev.nodash.runner.MalformedHttp.AS_TENANT1;
import static dev.nodash.runner.MalformedHttp.get;
import static dev.nodash.runner.MalformedHttp.post;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * None of the holes of spring-cloud-function-web's own controller is reachable in the packaged runner, and what is
 * no HTTP/1.1 is refused in our shape. Requests are written to the socket, so that no client tidies them up.
 */
@NullUnmarked
class FrameworkHolesIT {
  private static final String EVENT = "{\"event\":\"a\"}";
  private static final Set<String> OWN_HEADERS = Set.of("access-control-allow-origin", "access-control-expose-headers",
      "cache-control", "connection", "content-length", "content-security-policy", "content-type",
      "cross-origin-resource-policy", "date", "referrer-policy", "x-content-type-options", "x-frame-options",
      "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id");

  private static RunnerProcess runner;
  private static RawHttp raw;

  @BeforeAll
  static void start(@TempDir Path folder) {
    runner = RunnerProcess.start(folder, Map.of());
    raw = new RawHttp(runner.port());
  }

  @AfterAll
  static void stop() {
    assertThat(runner.process().isAlive()).isTrue();
    runner.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/functionRouter", "/functionRouter", "/functionRouter/track", "/track,identify",
      "/v1/track,identify", "/v1/track%7Cidentify", "/track%2Cidentify", "/gatewayIn", "/v1/gatewayIn", "/gatewayOut",
      "/gatewayIn,track,gatewayOut", "/v1/health/track", "/v1/trackx", "/x/v1/track", "/track/a", "/v1/track/identify",
      "/actuator", "/actuator/functions", "/actuator/env", "/error", "/health/error", "/%76%31/track", "/v1/tr%61ck",
      "//v1/track", "/v1//track", "/v1/track//", "/v1/track;a=b", "/v1;a=b/track", "/v1/track/;a=b",
      "/v1/track;jsessionid=1", "/v1/track/..;/health", "/v1/health/../track", "/v1/./track", "/v1/track/.",
      "/v1/track.json", "/v1/track%20", "/index.html", "/WEB-INF/web.xml", "/META-INF/MANIFEST.MF", "/function",
      "/stream", "/track/0", "/dev.nodash.config.Deployment"})
  void reachesNothingButTheRoutes(String path) {
    for (var method : Set.of("POST", "GET")) {
      var reply = raw.first(method + " " + path + " HTTP/1.1\r\n" + AS_TENANT1 + length(EVENT) + EVENT);
      assertThat(reply.status()).as(reply.toString()).isEqualTo(404);
      checkError(reply, "Not Found");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/track|identify", "/v1/%zz", "/v1/%00", "/v1%2ftrack", "/v1%5ctrack", "/v1\\track",
      "/v1/tr ack", "/../../etc/passwd", "/v1/%ff", "/v1/\u00e9", "/v1/track?a=|", "/v1/track#a", "v1/track"})
  void refusesWhatIsNoPath(String path) {
    var reply = raw.first("POST " + path + " HTTP/1.1\r\n" + AS_TENANT1 + length(EVENT) + EVENT);
    assertThat(reply.status()).isEqualTo(400);
    checkError(reply, "Bad Request");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '!', value = {"spring.cloud.function.definition! health",
      "spring.cloud.function.definition! track,identify",
      "spring.cloud.function.routing-expression! T(java.lang.Runtime).getRuntime().exec('id')",
      "function.name! health", "scf-func-name! health", "scf-sink-url! http://localhost:1/", "uri! /v1/health",
      "lambda-runtime-aws-request-id! 1", "X-HTTP-Method-Override! GET", "X-Original-URL! /v1/health",
      "X-Rewrite-URL! /v1/health", "X-Forwarded-Prefix! /x", "Accept! application/xml", "Accept! text/event-stream",
      "Content-Type! text/event-stream", "Content-Type! application/json;charset=none", "Content-Type! a",
      "Accept-Charset! none", "Range! bytes=0-1", "If-None-Match! *", "Upgrade! h2c"})
  void headersSteerNothing(String header, String value) {
    var reply = raw.first(post(header + ": " + value + "\r\nContent-Length: 13", EVENT));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).contains("\"eventId\"");
    assertThat(OWN_HEADERS).containsAll(reply.headers().keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"spring.cloud.function.definition=health", "functionRouter", "event=b", "_method=GET",
      "debug=true", "trace=true", "spring.cloud.function.routing-expression=%27health%27"})
  void queriesSteerNothing(String query) {
    var reply = raw.first(
        "POST /v1/track?" + query + " HTTP/1.1\r\n" + AS_TENANT1 + length(EVENT) + EVENT);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).contains("\"eventId\"");
  }

  @Test
  void echoesNoHeader() {
    var secrets = String.join("\r\n", "Authorization: Bearer canary", "Cookie: a=canary; JSESSIONID=canary",
        "X-Custom: canary", "id: canary", "timestamp: 1", "statusCode: 201", "X-Write-Key: canary", "");
    for (var text : Set.of("POST /v1/track", "POST /v1/identify", "GET /v1/health", "GET /", "GET /nope",
        "OPTIONS /v1/track", "HEAD /", "TRACE /v1/track", "DELETE /v1/track", "BREW /pot?a=canary")) {
      var body = text.startsWith("POST") ? "{\"event\":\"a\",\"userId\":\"u\"}" : "";
      var answer = raw.exchange(text + " HTTP/1.1\r\n" + AS_TENANT1 + "Connection: close\r\n" + secrets + length(body)
          + body);
      assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain("canary", "demo-api-key", "Set-Cookie", "Server:");
    }
  }

  @ParameterizedTest
  @FieldSource("dev.nodash.runner.MalformedHttp#NAMES")
  void refusesWhatIsNotHttp(String name) {
    var reply = raw.first(MalformedHttp.ALL.getOrDefault(name, ""));
    assertThat(reply.status()).as(reply.toString()).isBetween(400, 499);
    checkError(reply, "Bad Request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "BREW", "PROPFIND", "HEAD", "GET"})
  void refusesOtherMethodsWithAllow(String method) {
    var reply = raw.exchange(method + " /v1/track HTTP/1.1\r\n" + AS_TENANT1 + "Connection: close\r\n\r\n");
    assertThat(reply).startsWith("HTTP/1.1 405 ").contains("Allow: POST, OPTIONS\r\n");
  }

  @Test
  void aBodyWithTwoEndsIsRefusedAndNothingIsSmuggled() {
    var chunked = "d\r\n" + EVENT + "\r\n0\r\n\r\n";
    var answer = raw.exchange(post("Content-Length: 4\r\nTransfer-Encoding: chunked", chunked) + get("x: a"));
    assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("Connection: close\r\n");
  }

  @Test
  void whatTheEngineRefusesCanBeReadByAPageAndBearsTheClientsRequestId() {
    var reply = raw.first("GET /v1/health?a=| HTTP/1.1\r\n" + AS_TENANT1 + "Origin: https://a.example\r\n"
        + "x-request-id: mine\r\n" + length(""));
    assertThat(reply.status()).isEqualTo(400);
    checkError(reply, "Bad Request");
    assertThat(reply.headers()).containsEntry("access-control-allow-origin", "*");
  }

  @Test
  void answersABodyThatBreaksOff() {
    assertThat(raw.exchange(post("Content-Length: 20", EVENT))).startsWith("HTTP/1.1 400 ")
        .contains("\"error\":\"Bad Request\"");
  }

  private static void checkError(Reply reply, String error) {
    assertThat(reply.headers()).containsKeys("x-request-id", "x-content-type-options", "cross-origin-resource-policy");
    var body = JsonMapper.shared().readTree(reply.body());
    assertThat(Set.copyOf(body.propertyNames())).isEqualTo(Set.of("error", "message", "statusCode", "timestamp",
        "requestId"));
    assertThat(body.get("error").stringValue()).isEqualTo(error);
    assertThat(body.get("statusCode").intValue()).isEqualTo(reply.status());
    assertThat(body.get("requestId").stringValue()).isEqualTo(reply.headers().get("x-request-id"));
    assertThat(reply.body()).doesNotContain("apache", "Exception", "java.", "/tmp", "etc/passwd");
  }

  private static String length(String body) {
    return "Content-Length: " + body.length() + "\r\n\r\n";
  }
}
