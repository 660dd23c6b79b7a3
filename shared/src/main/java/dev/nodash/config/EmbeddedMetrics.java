package dev.nodash.config;

import dev.nodash.json.JsonBuilder;
import dev.nodash.middleware.Functions;
import dev.nodash.middleware.Observer;
import dev.nodash.middleware.Route;
import dev.nodash.model.JsonText;
import dev.nodash.storage.Deduplicator.Window;
import dev.nodash.storage.EventStore.Writing;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Metrics in CloudWatch's embedded metric format, in the namespace {@code Nodash}: a line of JSON for each request, and more
 * where one line has no room for all of them.
 *
 * <ul>
 * <li>{@code requestDuration} by route and status, and {@code storeDuration} by store and result, in milliseconds.
 * <li>{@code events} by outcome, and {@code eventsReceived}: their sums are the same over the same requests, but for those
 * that were answered in place of the functions, of which the first alone is told.
 * <li>{@code rateLimitDecisions} by decision.
 * <li>{@code queueEvents}, {@code commits}, {@code commitAppends}, {@code commitDuration} (their mean, in milliseconds) and
 * {@code deduplicationWindow} (seconds; none where nothing is forgotten), after requests that bring events. Nothing waits for
 * a writer in a sandbox, so the queue is empty.
 * </ul>
 *
 * The tenant is in the line and no dimension, since each value of a dimension is paid for. A sandbox of Lambda has one
 * request at a time, unless one was answered before it had ended; so what was received since the line before came with this one.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">the
 *      format</a>
 */
final class EmbeddedMetrics implements Observer {
  /** Of one metric in one line, by the specification. */
  private static final int MOST_VALUES = 100;

  private final PrintStream out;
  private final Clock clock;
  private final List<Stored> calls = new ArrayList<>();
  private @Nullable Functions functions;
  private Counted told = new Counted(0, Writing.NONE);

  /** What the functions had counted at the last line about events. */
  private record Counted(long received, Writing writing) {}

  /** @param values JSON numbers, {@value #MOST_VALUES} at most */
  private record Metric(String name, String unit, List<String> values) {
    Metric(String name, String unit, long value) {
      this(name, unit, List.of(Long.toString(value)));
    }
  }

  /** Metrics that have the same dimensions. */
  private record Group(Map<String, String> dimensions, List<Metric> metrics) {
    Group(Map<String, String> dimensions, Metric metric) {
      this(dimensions, List.of(metric));
    }

    Stream<String> names() {
      return Stream.concat(dimensions.keySet().stream(), metrics.stream().map(Metric::name));
    }

    JsonText directive() {
      return new JsonBuilder().add("Namespace", "Nodash")
          .add("Dimensions", JsonBuilder.array(
              Stream.of(JsonBuilder.array(dimensions.keySet().stream().map(JsonBuilder::quoted)).value())))
          .add("Metrics", JsonBuilder.array(metrics.stream()
              .map(it -> new JsonBuilder().add("Name", it.name).add("Unit", it.unit).end().value())))
          .end();
    }
  }

  /** Groups that name nothing twice: a line has one value of each member. */
  private static final class Line {
    private final List<Group> groups = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    boolean hasRoomFor(Group group) {
      return group.names().noneMatch(names::contains);
    }

    void add(Group group) {
      groups.add(group);
      group.names().forEach(names::add);
    }

    JsonText json(long at, Optional<String> tenant) {
      var directives = JsonBuilder.array(groups.stream().map(it -> it.directive().value()));
      var line = new JsonBuilder()
          .add("_aws", new JsonBuilder().add("Timestamp", at).add("CloudWatchMetrics", directives).end())
          .add("tenant", tenant);
      for (var group : groups) {
        group.dimensions.forEach(line::add);
        group.metrics.forEach(it -> line.add(it.name, it.values.size() == 1
            ? new JsonText(it.values.getFirst())
            : JsonBuilder.array(it.values.stream())));
      }
      return line.end();
    }
  }

  EmbeddedMetrics(PrintStream out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public synchronized void watch(Functions watched) {
    functions = watched;
    told = counted(watched);
  }

  @Override
  public synchronized void stored(Stored call) {
    calls.add(call);
  }

  @Override
  public synchronized void answered(Answered answered) {
    var lines = new ArrayList<Line>();
    groups(answered).forEach(group -> {
      var line = lines.stream().filter(it -> it.hasRoomFor(group)).findFirst().orElseGet(() -> {
        lines.add(new Line());
        return lines.getLast();
      });
      line.add(group);
    });
    calls.clear();
    var tenant = answered.tenant().map(it -> it.id().value());
    lines.forEach(it -> out.println(it.json(clock.millis(), tenant).value()));
  }

  private List<Group> groups(Answered answered) {
    var groups = new ArrayList<Group>();
    groups.add(new Group(
        dimensions("route", answered.route().map(Route::path).orElse("none"), "status",
            Integer.toString(answered.status())),
        new Metric("requestDuration", "Milliseconds", List.of(millis(answered.nanos())))));
    if (answered.wasCharged()) {
      groups.add(new Group(Map.of("decision", answered.status() == 429 ? "limited" : "allowed"),
          new Metric("rateLimitDecisions", "Count", 1)));
    }
    answered.outcomes().forEach((outcome, count) -> groups
        .add(new Group(Map.of("outcome", outcome.label()), new Metric("events", "Count", count))));
    groups.addAll(storeDurations());
    var watched = functions;
    if (watched != null && !answered.outcomes().isEmpty()) {
      groups.add(new Group(Map.of(), sinceTheLastEvents(watched)));
    }
    return groups;
  }

  private List<Group> storeDurations() {
    var durations = calls.stream().collect(
        Collectors.groupingBy(it -> dimensions("store", it.store(), "result", it.result()), LinkedHashMap::new,
            Collectors.mapping(it -> millis(it.nanos()), Collectors.toList())));
    var groups = new ArrayList<Group>();
    durations.forEach((dimensions, values) -> {
      for (int from = 0; from < values.size(); from += MOST_VALUES) {
        groups.add(new Group(dimensions, new Metric("storeDuration", "Milliseconds",
            values.subList(from, Math.min(values.size(), from + MOST_VALUES)))));
      }
    });
    return groups;
  }

  private List<Metric> sinceTheLastEvents(Functions watched) {
    var before = told;
    told = counted(watched);
    var metrics = new ArrayList<>(
        List.of(new Metric("eventsReceived", "Count", told.received - before.received),
            new Metric("queueEvents", "Count", told.writing.waiting())));
    long commits = told.writing.commits() - before.writing.commits();
    if (commits > 0) {
      metrics.add(new Metric("commits", "Count", commits));
      metrics.add(new Metric("commitAppends", "Count", told.writing.appends() - before.writing.appends()));
      metrics.add(new Metric("commitDuration", "Milliseconds",
          List.of(millis(told.writing.spent().minus(before.writing.spent()).dividedBy(commits).toNanos()))));
    }
    var window = watched.window();
    if (!window.duration().equals(Window.UNBOUNDED.duration())) {
      metrics.add(new Metric("deduplicationWindow", "Seconds", window.duration().toSeconds()));
    }
    return metrics;
  }

  private static Counted counted(Functions functions) {
    return new Counted(functions.tally().received(), functions.writing());
  }

  private static Map<String, String> dimensions(String first, String value, String second, String other) {
    var dimensions = new LinkedHashMap<String, String>();
    dimensions.put(first, value);
    dimensions.put(second, other);
    return dimensions;
  }

  private static String millis(long nanos) {
    return BigDecimal.valueOf(nanos / 1000, 3).toPlainString();
  }
}
