package dev.nodash.config;

import dev.nodash.json.JsonBuilder;
import dev.nodash.middleware.Observer;
import dev.nodash.middleware.Route;
import dev.nodash.model.JsonText;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Clock;
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
    var line = new JsonBuilder().add("_aws", directive(answered.outcome().isPresent(), stored.isPresent()))
        .add("route", answered.route().map(Route::path).orElse("none"))
        .add("status", Integer.toString(answered.status())).add("requestDuration", millis(answered.nanos()));
    answered.tenant().ifPresent(tenant -> line.add("tenant", tenant.id().value()));
    answered.outcome()
        .ifPresent(outcome -> line.add("outcome", outcome.label()).add("events", 1));
    stored.ifPresent(call -> line.add("store", call.store()).add("result", call.result())
        .add("storeDuration", millis(call.nanos())));
    stored = Optional.empty();
    out.println(line.end().value());
  }

  private JsonText directive(boolean hasEvent, boolean hasStore) {
    var metrics = new StringBuilder("[").append(metric("\"route\",\"status\"", "requestDuration", "Milliseconds"));
    if (hasEvent) {
      metrics.append(',').append(metric("\"outcome\"", "events", "Count"));
    }
    if (hasStore) {
      metrics.append(',').append(metric("\"store\",\"result\"", "storeDuration", "Milliseconds"));
    }
    return new JsonBuilder().add("Timestamp", clock.millis())
        .add("CloudWatchMetrics", new JsonText(metrics.append(']').toString())).end();
  }

  private static String metric(String dimensions, String name, String unit) {
    return "{\"Namespace\":\"Nodash\",\"Dimensions\":[[" + dimensions + "]],\"Metrics\":[{\"Name\":\"" + name
        + "\",\"Unit\":\"" + unit + "\"}]}";
  }

  private static JsonText millis(long nanos) {
    return new JsonText(BigDecimal.valueOf(nanos / 1000, 3).toPlainString());
  }
}
