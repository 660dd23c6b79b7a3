package dev.nodash.config;

import dev.nodash.json.JsonBuilder;
import dev.nodash.middleware.Observer;
import dev.nodash.middleware.Route;
import dev.nodash.model.JsonText;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Metrics in CloudWatch's embedded metric format: a line of JSON for each request, of which CloudWatch makes
 * {@code Nodash/requestDuration} by route and status, {@code Nodash/events} by outcome and {@code Nodash/storeDuration} by
 * store and result, in milliseconds. The tenant is in the line and no dimension, since each value of a dimension is paid for.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">the
 *      format</a>
 */
final class EmbeddedMetrics implements Observer {
  private static final String EVENTS = metric("\"outcome\"", "events", "Count");

  private final PrintStream out;
  private final Clock clock;
  /** Of the request under way, of which a sandbox has one. */
  private Optional<Stored> stored = Optional.empty();

  EmbeddedMetrics(PrintStream out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public synchronized void stored(Stored call) {
    stored = Optional.of(call);
  }

  @Override
  public synchronized void answered(Answered answered) {
    var line = new JsonBuilder().add("_aws", directive(!answered.outcomes().isEmpty(), stored.isPresent()))
        .add("route", answered.route().map(Route::path).orElse("none"))
        .add("status", Integer.toString(answered.status())).add("requestDuration", millis(answered.nanos()));
    answered.tenant().ifPresent(tenant -> line.add("tenant", tenant.id().value()));
    var outcomes = List.copyOf(answered.outcomes().entrySet());
    outcomes.stream().limit(1).forEach(it -> line.add("outcome", it.getKey().label()).add("events", it.getValue()));
    stored.ifPresent(call -> line.add("store", call.store()).add("result", call.result())
        .add("storeDuration", millis(call.nanos())));
    stored = Optional.empty();
    out.println(line.end().value());
    // A line has one value of a dimension; what else became of a batch's events takes lines of its own.
    outcomes.stream().skip(1).forEach(it -> out.println(new JsonBuilder().add("_aws", directive(List.of(EVENTS)))
        .add("outcome", it.getKey().label()).add("events", it.getValue()).end().value()));
  }

  private JsonText directive(boolean hasEvent, boolean hasStore) {
    var metrics = new ArrayList<>(List.of(metric("\"route\",\"status\"", "requestDuration", "Milliseconds")));
    if (hasEvent) {
      metrics.add(EVENTS);
    }
    if (hasStore) {
      metrics.add(metric("\"store\",\"result\"", "storeDuration", "Milliseconds"));
    }
    return directive(metrics);
  }

  private JsonText directive(List<String> metrics) {
    return new JsonBuilder().add("Timestamp", clock.millis())
        .add("CloudWatchMetrics", new JsonText("[" + String.join(",", metrics) + "]")).end();
  }

  private static String metric(String dimensions, String name, String unit) {
    return "{\"Namespace\":\"Nodash\",\"Dimensions\":[[" + dimensions + "]],\"Metrics\":[{\"Name\":\"" + name
        + "\",\"Unit\":\"" + unit + "\"}]}";
  }

  private static JsonText millis(long nanos) {
    return new JsonText(BigDecimal.valueOf(nanos / 1000, 3).toPlainString());
  }
}
