package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.nodash.storage.kit.Processes;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The traces that a collector gets of the packaged runner. */
class TracesIT {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLER = "b7ad6b7169203331";
  private static final String TRACK = "{\"event\":\"e\",\"userId\":\"somebody\",\"messageId\":\"m\"}";

  @TempDir
  private Path folder;

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static Map<String, String> attributes(List<KeyValue> all) {
    return all.stream().collect(Collectors.toMap(KeyValue::getKey, it -> it.getValue().hasIntValue()
        ? Long.toString(it.getValue().getIntValue())
        : it.getValue().getStringValue()));
  }

  private static Span only(List<Span> spans, String name) {
    var found = spans.stream().filter(it -> it.getName().equals(name)).toList();
    assertThat(found).as(name).hasSize(1);
    return found.getFirst();
  }

  private static List<Span> below(List<Span> spans, Span parent) {
    return spans.stream().filter(it -> it.getParentSpanId().equals(parent.getSpanId())).toList();
  }

  private static Map<String, String> to(Collector collector) {
    return Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(), "OTEL_BSP_SCHEDULE_DELAY", "100");
  }

  @Test
  void aTrackIsASpanUnderItsCallersWithOneOfEachStepAndOfTheStore() {
    try (var collector = Collector.start(); var runner = RunnerProcess.start(folder, to(collector))) {
      assertThat(runner.post("/v1/track", TRACK, "traceparent", "00-" + TRACE + "-" + CALLER + "-01").statusCode())
          .isEqualTo(200);
      SteadyLoad.await(() -> collector.spans().stream().anyMatch(it -> it.getName().equals("POST /v1/track")),
          "a span");
      var spans = collector.spans().stream().filter(it -> hex(it.getTraceId()).equals(TRACE)).toList();
      var request = only(spans, "POST /v1/track");
      assertThat(hex(request.getParentSpanId())).isEqualTo(CALLER);
      assertThat(request.getKind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
      assertThat(attributes(request.getAttributesList())).containsEntry("http.request.method", "POST")
          .containsEntry("http.route", "/v1/track").containsEntry("http.response.status_code", "200")
          .containsEntry("nodash.tenant", "tenant1").containsEntry("nodash.outcome", "stored")
          .containsKey("nodash.request_id");
      assertThat(below(spans, request)).extracting(Span::getName).containsExactly("route", "validate", "authenticate",
          "rate_limit", "deduplicate", "respond");
      var store = only(spans, "store");
      assertThat(below(spans, only(spans, "deduplicate"))).containsExactly(store);
      assertThat(below(spans, request)).allSatisfy(it -> {
        assertThat(it.getStartTimeUnixNano()).isBetween(request.getStartTimeUnixNano(), it.getEndTimeUnixNano());
        assertThat(it.getEndTimeUnixNano()).isLessThanOrEqualTo(request.getEndTimeUnixNano());
      });
      assertThat(store.getEndTimeUnixNano()).isGreaterThan(store.getStartTimeUnixNano());
      var resource = collector.received().getFirst().getResource();
      assertThat(attributes(resource.getAttributesList())).containsEntry("service.name", "nodash");
      assertThat(collector.received().toString()).doesNotContain("demo-api-key", "somebody");
    }
  }

  @Test
  void whatIsRefusedEndsWithTheStepThatRefusedIt() {
    try (var collector = Collector.start(); var runner = RunnerProcess.start(folder, to(collector))) {
      assertThat(runner.post("/v1/track", "{}").statusCode()).isEqualTo(400);
      assertThat(runner.post("/v1/identify", "{\"userId\":\"u\"}", "x-api-key", "wrong").statusCode()).isEqualTo(401);
      SteadyLoad.await(() -> collector.spans().stream().filter(it -> it.getName().startsWith("POST ")).count() == 2,
          "two spans");
      var spans = collector.spans();
      assertThat(below(spans, only(spans, "POST /v1/track"))).extracting(Span::getName)
          .containsExactly("route", "validate");
      assertThat(below(spans, only(spans, "POST /v1/identify"))).extracting(Span::getName)
          .containsExactly("route", "validate", "authenticate");
      assertThat(attributes(only(spans, "POST /v1/identify").getAttributesList()))
          .containsEntry("nodash.outcome", "rejected");
    }
  }

  @Test
  void whatIsLeftIsSentAtItsEnd() {
    try (var collector = Collector.start();
        var runner = RunnerProcess.start(folder, Engines.with(to(collector), "OTEL_BSP_SCHEDULE_DELAY", "600000"))) {
      runner.post("/v1/track", TRACK);
      assertThat(runner.terminate()).isEqualTo(143);
      only(collector.spans(), "POST /v1/track");
    }
  }

  @Test
  void aCollectorThatIsAwayCostsNoRequestAndNoEnd() {
    var settings = Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + Processes.freePort(),
        "OTEL_BSP_SCHEDULE_DELAY", "50");
    try (var runner = RunnerProcess.start(folder, settings)) {
      SteadyLoad.await(() -> {
        assertThat(runner.post("/v1/track", TRACK).statusCode()).isEqualTo(200);
        return runner.output().contains("Failed to export");
      }, "a line in the log");
      assertThat(runner.terminate()).isEqualTo(143);
    }
  }

  @Test
  void variablesThatTheSdkRefusesStopTheStart() {
    try (var runner = RunnerProcess.launch(folder, Map.of("OTEL_TRACES_EXPORTER", "nobody"))) {
      assertThat(runner.awaitExit()).isEqualTo(1);
      assertThat(runner.output()).contains("nodash cannot start: ", "OTEL_", "nobody").doesNotContain("\tat ");
    }
  }
}
