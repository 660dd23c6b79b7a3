package dev.nodash.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import dev.nodash.json.JsonObject;
import dev.nodash.json.JsonValue;
import dev.nodash.middleware.Observer.Answered;
import dev.nodash.middleware.Observer.Details;
import dev.nodash.middleware.Observer.Stored;
import dev.nodash.middleware.Route;
import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.model.Tenant;
import dev.nodash.storage.StoreUnavailable;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedMetricsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final EmbeddedMetrics metrics = new EmbeddedMetrics(new PrintStream(out, true, UTF_8),
      Clock.fixed(Instant.ofEpochMilli(1_700_000_000_000L), ZoneOffset.UTC));

  private static final Details NOTHING_MORE = new Details(Instant.EPOCH, "r", Optional.empty(), Optional.empty(),
      Optional.empty(), Optional.empty());

  private static final HttpRequest TRACK = request("POST", "/v1/track",
      "{\"event\":\"a\",\"userId\":\"u\",\"messageId\":\"m\"}");

  private List<String> lines() {
    return out.toString(UTF_8).lines().toList();
  }

  @Test
  void aRequestIsOneLineWithWhatItsStoreTook() {
    metrics.stored(new Stored("events", 2_345_678, null));
    metrics.answered(new Answered(Optional.of(Route.TRACK), 200, 12_000_000, Optional.of(Tenant.of("acme")),
        Map.of(Outcome.STORED, 1), true, NOTHING_MORE));
    assertThat(lines()).containsExactly(
        """
            {"_aws":{"Timestamp":1700000000000,"CloudWatchMetrics":[\
            {"Namespace":"Nodash","Dimensions":[["route","status"]],"Metrics":[{"Name":"requestDuration","Unit":"Milliseconds"}]},\
            {"Namespace":"Nodash","Dimensions":[["decision"]],"Metrics":[{"Name":"rateLimitDecisions","Unit":"Count"}]},\
            {"Namespace":"Nodash","Dimensions":[["outcome"]],"Metrics":[{"Name":"events","Unit":"Count"}]},\
            {"Namespace":"Nodash","Dimensions":[["store","result"]],"Metrics":[{"Name":"storeDuration","Unit":"Milliseconds"}]}]},\
            "tenant":"acme","route":"/v1/track","status":"200","requestDuration":12.000,\
            "decision":"allowed","rateLimitDecisions":1,"outcome":"stored","events":1,\
            "store":"events","result":"stored","storeDuration":2.345}""");
  }

  @Test
  void theNextRequestSaysNothingOfTheStoreOfTheOneBefore() {
    metrics.stored(new Stored("users", 1, new StoreUnavailable("away")));
    metrics
        .answered(new Answered(Optional.of(Route.IDENTIFY), 503, 1, Optional.empty(), Map.of(Outcome.UNAVAILABLE, 1),
            true, NOTHING_MORE));
    metrics.answered(new Answered(Optional.empty(), 404, 1, Optional.empty(), Map.of(), false,
        NOTHING_MORE));
    assertThat(text(lines().getFirst(), "result")).contains("unavailable");
    var second = JsonObject.parse(lines().get(1));
    assertThat(second.members().keySet()).containsExactly("_aws", "route", "status", "requestDuration");
    assertThat(second.get("route").orElseThrow().string()).isEqualTo("none");
  }

  @Test
  void whatHasTheSameDimensionTwiceTakesALineOfItsOwn() {
    for (int call = 0; call < 102; call++) {
      metrics.stored(new Stored("users", call * 1_000_000L, null));
    }
    metrics.stored(new Stored("events", 5_000_000, null));
    metrics.answered(new Answered(Optional.of(Route.BATCH), 429, 1, Optional.of(Tenant.of("acme")),
        new EnumMap<>(Map.of(Outcome.STORED, 7, Outcome.DUPLICATE, 2)), true, NOTHING_MORE));
    var lines = lines();
    assertThat(lines).hasSize(3);
    assertThat(lines).extracting(it -> text(it, "outcome").orElse("")).containsExactly("stored", "duplicate", "");
    assertThat(lines).extracting(it -> text(it, "store").orElse("")).containsExactly("users", "users", "events");
    assertThat(lines.getFirst()).contains("\"decision\":\"limited\"",
        IntStream.range(0, 100).mapToObj(it -> it + ".000").collect(joining(",", "\"storeDuration\":[", "]")));
    assertThat(lines.get(1)).contains("\"events\":2,", "\"storeDuration\":[100.000,101.000]")
        .doesNotContain("requestDuration", "rateLimitDecisions");
    assertThat(lines.get(2)).contains("\"storeDuration\":5.000}").doesNotContain("\"events\":");
  }

  @Test
  void saysWhatTheFunctionsCountedSinceTheLineBefore(@TempDir Path folder) {
    try (var deployment = sandbox(folder)) {
      var functions = deployment.functions();
      functions.health().apply(request("GET", "/v1/health/live", ""));
      functions.track().apply(TRACK);
      functions.track().apply(TRACK);
      functions.batch().apply(request("POST", "/v1/batch",
          "{\"batch\":[{\"type\":\"track\",\"event\":\"a\",\"userId\":\"u\",\"messageId\":\"m\"},{\"type\":\"track\"}]}"));
    }
    var lines = lines();
    assertThat(lines).hasSize(5);
    assertThat(lines.getFirst()).contains("/v1/health/live").doesNotContain("eventsReceived", "deduplicationWindow");
    assertThat(lines.get(1)).contains("\"outcome\":\"stored\"", "\"eventsReceived\":1,", "\"queueEvents\":0,",
        "\"commits\":1,\"commitAppends\":1,", "\"deduplicationWindow\":86400",
        "{\"Namespace\":\"Nodash\",\"Dimensions\":[[]],");
    assertThat(Double.parseDouble(number(lines.get(1), "commitDuration").orElseThrow())).isPositive();
    assertThat(lines.get(2)).contains("\"outcome\":\"duplicate\"", "\"eventsReceived\":1,",
        "\"commits\":1,\"commitAppends\":1,");
    assertThat(lines.get(3)).contains("\"eventsReceived\":2,");
    assertThat(lines.stream().flatMap(it -> number(it, "events").stream()).mapToInt(Integer::parseInt).sum())
        .isEqualTo(lines.stream().flatMap(it -> number(it, "eventsReceived").stream()).mapToInt(Integer::parseInt)
            .sum())
        .isEqualTo(4);
  }

  @Test
  void functionsThatComeInThePlaceOfOthersBeginAnew(@TempDir Path folder) {
    for (int i = 0; i < 2; i++) {
      try (var deployment = sandbox(folder.resolve(Integer.toString(i)))) {
        deployment.functions().track().apply(TRACK);
      }
    }
    assertThat(lines()).hasSize(2).allSatisfy(it -> assertThat(it).contains("\"eventsReceived\":1,", "\"commits\":1,"));
  }

  private Deployment sandbox(Path folder) {
    return Deployment.open(Settings.of(Map.of("AWS_LAMBDA_FUNCTION_NAME", "track", "LAMBDA_ALLOW_EPHEMERAL", "true",
        "NODE_ENV", "test", "API_KEYS", "acme:key", "EVENTS_PATH", folder.resolve("events").toString(), "USERS_PATH",
        folder.resolve("users").toString())), Clock.systemUTC(), metrics);
  }

  private static HttpRequest request(String method, String path, String body) {
    return new HttpRequest(method, path, Map.of("x-tenant-id", "acme", "x-api-key", "key"), Map.of(),
        new Body(body.getBytes(UTF_8)), "198.18.0.1", false);
  }

  private static Optional<String> text(String line, String member) {
    return JsonObject.parse(line).get(member).map(JsonValue::string);
  }

  private static Optional<String> number(String line, String member) {
    return JsonObject.parse(line).get(member).map(it -> it.raw().value());
  }
}
