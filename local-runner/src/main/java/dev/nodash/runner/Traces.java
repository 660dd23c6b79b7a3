package dev.nodash.runner;

import dev.nodash.config.ConfigurationException;
import dev.nodash.config.Deployment;
import dev.nodash.middleware.Observer;
import dev.nodash.middleware.Route;
import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.middleware.Timeline;
import dev.nodash.middleware.Timeline.Step;
import dev.nodash.middleware.Timeline.Taken;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A trace of each request by OpenTelemetry, made once it has its answer: a span of the server, under the caller's if it names
 * one, with a span of each step below it and those of the stores below the step that called them. Names and attributes are
 * those of its semantic conventions for HTTP.
 */
final class Traces implements Observer, AutoCloseable {
  private static final Map<String, String> DEFAULTS = Map.of("otel.service.name", "nodash",
      "otel.exporter.otlp.protocol", "http/protobuf", "otel.metrics.exporter", "none", "otel.logs.exporter", "none");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> TENANT = AttributeKey.stringKey("nodash.tenant");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("nodash.outcome");
  private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("nodash.request_id");
  private static final int SERVER_FAULT = 500;
  /** With what else a process does at its end, less than its 10 seconds. */
  private static final int MOST_WAIT_SECONDS = 1;
  private static final TextMapGetter<Timeline> HEADERS = (timeline, name) -> timeline == null
      ? null
      : timeline.header(name).orElse(null);

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;
  private final TextMapPropagator propagator;

  /**
   * Sends them where the variables say.
   *
   * @param variables of OpenTelemetry's SDK, by their names in the environment
   * @throws ConfigurationException if the SDK refuses them
   */
  Traces(Map<String, String> variables) {
    var properties = new HashMap<>(DEFAULTS);
    variables.forEach((name, value) -> properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value));
    try {
      sdk = AutoConfiguredOpenTelemetrySdk.builder().addPropertiesSupplier(() -> properties).disableShutdownHook()
          .build().getOpenTelemetrySdk();
    } catch (io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException e) {
      throw new ConfigurationException(List.of("OTEL_…: " + e.getMessage()));
    }
    tracer = sdk.getTracer("dev.nodash", Deployment.service().version());
    propagator = sdk.getPropagators().getTextMapPropagator();
  }

  @Override
  public boolean asksForTimelines() {
    return true;
  }

  @Override
  public void answered(Answered answered) {
    answered.details().timeline().ifPresent(timeline -> trace(answered, timeline));
  }

  private void trace(Answered answered, Timeline timeline) {
    var epoch = new Epoch(answered.details().at(), timeline.begin());
    var route = answered.route().map(Route::path);
    var request = tracer.spanBuilder(route.map(it -> timeline.method() + " " + it).orElse(timeline.method()))
        .setParent(propagator.extract(Context.root(), timeline, HEADERS)).setSpanKind(SpanKind.SERVER)
        .setStartTimestamp(epoch.nanos(timeline.begin()), TimeUnit.NANOSECONDS).setAttribute(METHOD, timeline.method())
        .setAttribute(STATUS, (long) answered.status())
        .setAttribute(REQUEST_ID, answered.details().requestId()).startSpan();
    route.ifPresent(it -> request.setAttribute(ROUTE, it));
    answered.tenant().ifPresent(it -> request.setAttribute(TENANT, it.id().value()));
    if (!answered.outcomes().isEmpty()) {
      request.setAttribute(OUTCOME,
          answered.outcomes().keySet().stream().map(Outcome::label).collect(Collectors.joining(",")));
    }
    if (answered.status() >= SERVER_FAULT) {
      request.setAttribute(ERROR, Integer.toString(answered.status())).setStatus(StatusCode.ERROR);
    }
    steps(timeline, epoch, request);
    request.end(epoch.nanos(timeline.end()), TimeUnit.NANOSECONDS);
  }

  private void steps(Timeline timeline, Epoch epoch, Span request) {
    var taken = timeline.taken();
    for (int i = 0; i < taken.size(); i++) {
      var step = taken.get(i);
      if (step.step() != Step.STORE) {
        var span = span(step, epoch, request);
        // A store's call ends before the step that waits for it.
        for (int j = i - 1; j >= 0 && taken.get(j).step() == Step.STORE; j--) {
          span(taken.get(j), epoch, span).end(epoch.nanos(taken.get(j).until()), TimeUnit.NANOSECONDS);
        }
        span.end(epoch.nanos(step.until()), TimeUnit.NANOSECONDS);
      }
    }
  }

  private Span span(Taken taken, Epoch epoch, Span parent) {
    return tracer.spanBuilder(taken.step().label()).setParent(Context.root().with(parent))
        .setStartTimestamp(epoch.nanos(taken.from()), TimeUnit.NANOSECONDS).startSpan();
  }

  /** What {@link System#nanoTime} is since the epoch, for one request. */
  private record Epoch(Instant at, long begin) {
    long nanos(long time) {
      return TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano() + time - begin;
    }
  }

  /** Sends what is left, if the collector takes it soon. */
  @Override
  public void close() {
    sdk.shutdown().join(MOST_WAIT_SECONDS, TimeUnit.SECONDS);
  }
}
