package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the template's other parameters change: a budget that ends, a list of origins, metrics, and a start that is refused. */
class LambdaLimitsIT {
  private static final String TRACK = "TrackFunction";

  @Test
  void spentBudgetsAndOriginsAreTheSameAtEveryEdge(@TempDir Path folder) {
    var origins = "https://app.example.com,https://www.example.com";
    try (var edges = new Edges(folder, Set.of(TRACK), Map.of("RateLimitMax", "3", "CorsOrigins", origins),
        Map.of("RATE_LIMIT_MAX", "3", "CORS_ORIGINS", origins))) {
      var request = ContractCase.track("limited", "{\"event\":\"a\",\"userId\":\"u\",\"messageId\":\"m\"}")
          .header("Origin", "https://app.example.com").from("198.18.9.9");
      for (int left = 2; left >= 0; left--) {
        assertThat(same(edges, request).headers()).containsEntry("x-ratelimit-remaining", Integer.toString(left));
      }
      var spent = same(edges, request);
      assertThat(spent.status()).isEqualTo(429);
      assertThat(spent.body()).contains("\"error\":\"Rate limit exceeded\"");
      assertThat(spent.headers()).containsEntry("x-ratelimit-remaining", "0")
          .containsEntry("access-control-allow-origin", "https://app.example.com").containsEntry("vary", "Origin");
      assertThat(Long.parseLong(spent.headers().getOrDefault("retry-after", ""))).isBetween(1L, 3660L);
      assertThat(same(edges, request.from("198.18.9.10")).status()).isEqualTo(200);
      var stranger = same(edges, request.instead("Origin", "https://evil.example").from("198.18.9.11"));
      assertThat(stranger.headers()).doesNotContainKey("access-control-allow-origin");
    }
  }

  @Test
  void printsMetricsForCloudWatch(@TempDir Path folder) {
    var parameters = new HashMap<>(Edges.PARAMETERS);
    parameters.put("EmbeddedMetrics", "true");
    var track = Edges.template(parameters).functionFor("/v1/track");
    try (var sandbox = LambdaProcess.start(track, folder, Map.of())) {
      var event = GatewayEvents.PAYLOAD_2_0
          .event(ContractCase.track("metrics", "{\"event\":\"a\",\"userId\":\"u\",\"messageId\":\"m\"}"));
      assertThat(Reply.ofGateway("POST", sandbox.invoke(event)).status()).isEqualTo(200);
      assertThat(sandbox.output().lines().filter(it -> it.startsWith("{\"_aws\":"))).singleElement().asString()
          .contains(
              "\"route\":\"/v1/track\",\"status\":\"200\",", "\"decision\":\"allowed\",\"rateLimitDecisions\":1,",
              "\"outcome\":\"stored\",\"events\":1,", "\"store\":\"events\",\"result\":\"stored\",",
              "\"eventsReceived\":1,",
              "\"queueEvents\":0,", "\"commits\":1,\"commitAppends\":1,\"commitDuration\":",
              "\"deduplicationWindow\":");
    }
  }

  @Test
  void doesNotStartOnWhatLambdaForgets(@TempDir Path folder) {
    var parameters = new HashMap<>(Edges.PARAMETERS);
    parameters.put("LambdaAllowEphemeral", "false");
    var track = Edges.template(parameters).functionFor("/v1/track");
    try (var sandbox = LambdaProcess.start(track, folder, Map.of())) {
      assertThat(sandbox.awaitInitError().payload()).contains("LAMBDA_ALLOW_EPHEMERAL", "STORE_EVENTS", "STORE_USERS",
          "STORE_DEDUPLICATION");
    }
  }

  private static Reply same(Edges edges, ContractCase request) {
    var expected = edges.runner(request);
    for (var format : GatewayEvents.values()) {
      assertThat(edges.lambda(request, format).normal()).as(format.name()).isEqualTo(expected.normal());
    }
    return expected;
  }
}
