package dev.nodash.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.json.JsonObject;
import dev.nodash.middleware.Observer.Answered;
import dev.nodash.middleware.Observer.Details;
import dev.nodash.middleware.Observer.Stored;
import dev.nodash.middleware.Route;
import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.model.Tenant;
import dev.nodash.storage.StoreUnavailable;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EmbeddedMetricsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final EmbeddedMetrics metrics = new EmbeddedMetrics(new PrintStream(out, true, UTF_8),
      Clock.fixed(Instant.ofEpochMilli(1_700_000_000_000L), ZoneOffset.UTC));

  private static final Details NOTHING_MORE = new Details(Instant.EPOCH, "r", Optional.empty(), Optional.empty(),
      Optional.empty(), Optional.empty());

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
            {"Namespace":"Nodash","Dimensions":[["outcome"]],"Metrics":[{"Name":"events","Unit":"Count"}]},\
            {"Namespace":"Nodash","Dimensions":[["store","result"]],"Metrics":[{"Name":"storeDuration","Unit":"Milliseconds"}]}]},\
            "route":"/v1/track","status":"200","requestDuration":12.000,"tenant":"acme","outcome":"stored","events":1,\
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
    assertThat(JsonObject.parse(lines().getFirst()).get("result").orElseThrow().string()).isEqualTo("unavailable");
    var second = JsonObject.parse(lines().get(1));
    assertThat(second.members().keySet()).containsExactly("_aws", "route", "status", "requestDuration");
    assertThat(second.get("route").orElseThrow().string()).isEqualTo("none");
  }
}
