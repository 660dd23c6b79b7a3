package dev.nodash.runner;

import dev.nodash.config.ConfigurationException;
import dev.nodash.middleware.Functions;
import dev.nodash.middleware.Observer;
import dev.nodash.middleware.Route;
import dev.nodash.middleware.Tally;
import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.model.Tenant;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What Prometheus is told, at a port of its own:
 *
 * <ul>
 * <li>{@code nodash_requests_seconds{route,status}}: answers and how long they took.
 * <li>{@code nodash_events_total{tenant,outcome}}: what became of events whose tenant was proved; tenants beyond the first
 * {@value #MOST_TENANTS} are counted together as {@code _other}, which is no tenant's name.
 * <li>{@code nodash_ledger_received_total} and {@code nodash_ledger_outcomes_total{outcome}}: all calls that bring an event;
 * while none is under way the sum of the outcomes is what was received.
 * <li>{@code nodash_store_seconds{store,result}}: calls of the stores, with the wait for a writer.
 * <li>{@code nodash_commits_seconds} and {@code nodash_commits_appends_total}: what the writers of events took for how many
 * at once.
 * <li>{@code nodash_ratelimit_decisions_total{decision}}.
 * <li>{@code nodash_requests_active}, {@code nodash_queue_events}, {@code nodash_deduplication_window_seconds}.
 * </ul>
 *
 * And the JVM's and the process's own.
 */
final class Metrics implements Observer, AutoCloseable {
  private static final int MOST_TENANTS = 200;
  private static final String OTHER = "_other";
  private static final Duration[] BUCKETS = Stream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
      .map(Duration::ofMillis).toArray(Duration[]::new);

  private final PrometheusMeterRegistry registry = registry();
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Map<Request, Timer> requests = new ConcurrentHashMap<>();
  private final Map<Ended, Counter> events = new ConcurrentHashMap<>();
  /** Tenants that are counted by themselves. */
  private final Set<String> named = ConcurrentHashMap.newKeySet();
  private final Map<Call, Timer> calls = new ConcurrentHashMap<>();
  private final Counter allowed = decision("allowed");
  private final Counter limited = decision("limited");
  private @Nullable HTTPServer server;

  private record Request(Optional<Route> route, int status) {}

  private record Ended(String tenant, Outcome outcome) {}

  private record Call(String store, String result) {}

  /** Counts, and is not asked yet. */
  Metrics() {
    Stream
        .of(new JvmMemoryMetrics(), collections, new ProcessorMetrics(), new UptimeMetrics(),
            new FileDescriptorMetrics())
        .forEach(binder -> binder.bindTo(registry));
  }

  /** Prometheus's linter minds two of the names, and nobody needs what they say. */
  private static PrometheusMeterRegistry registry() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
        .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
    return registry;
  }

  /**
   * Lets them be scraped.
   *
   * @throws ConfigurationException if the port cannot be listened on
   */
  void serve(String host, int port, Dispatcher dispatcher) {
    Gauge.builder("nodash.requests.active", dispatcher, Dispatcher::underWay).description("Requests under way")
        .register(registry);
    try {
      server = HTTPServer.builder().hostname(host).port(port).registry(registry.getPrometheusRegistry())
          .buildAndStart();
    } catch (BindException e) {
      throw new ConfigurationException(List.of("PROMETHEUS_PORT: cannot listen on " + host + ":" + port + ": "
          + e.getMessage()));
    } catch (IOException e) {
      throw new ConfigurationException(List.of("PROMETHEUS_PORT: " + e.getMessage()));
    }
  }

  @Override
  public void watch(Functions functions) {
    FunctionCounter.builder("nodash.ledger.received", functions, it -> it.tally().received())
        .description("Calls received that bring an event").register(registry);
    for (var outcome : Outcome.values()) {
      FunctionCounter.builder("nodash.ledger.outcomes", functions, it -> count(it.tally(), outcome))
          .description("What these calls were told").tag("outcome", outcome.label()).register(registry);
    }
    Gauge.builder("nodash.queue.events", functions, it -> it.writing().waiting())
        .description("Events that wait for a writer")
        .register(registry);
    FunctionTimer
        .builder("nodash.commits", functions, it -> it.writing().commits(), it -> it.writing().spent().toNanos(),
            TimeUnit.NANOSECONDS)
        .description("Commits of the store of events, and how long its writers took for them").register(registry);
    FunctionCounter.builder("nodash.commits.appends", functions, it -> it.writing().appends())
        .description("Calls whose events were in these commits").register(registry);
    Gauge.builder("nodash.deduplication.window", functions, it -> it.window().duration().toSeconds())
        .baseUnit("seconds")
        .description("For how long a message id that arrives now is remembered").register(registry);
  }

  @Override
  public void answered(Answered answered) {
    requests.computeIfAbsent(new Request(answered.route(), answered.status()), this::timer)
        .record(Duration.ofNanos(answered.nanos()));
    if (answered.wasCharged()) {
      (answered.status() == 429 ? limited : allowed).increment();
    }
    answered.tenant().ifPresent(
        tenant -> answered.outcomes().forEach((outcome, count) -> counter(tenant, outcome).increment(count)));
  }

  @Override
  public void stored(Stored stored) {
    calls.computeIfAbsent(new Call(stored.store(), stored.result()), this::timer)
        .record(Duration.ofNanos(stored.nanos()));
  }

  private Timer timer(Request request) {
    return Timer.builder("nodash.requests").description("Requests by route and status")
        .tag("route", request.route.map(Route::path).orElse("none")).tag("status", Integer.toString(request.status))
        .serviceLevelObjectives(BUCKETS).register(registry);
  }

  private Timer timer(Call call) {
    return Timer.builder("nodash.store").description("Calls of the stores, with the wait for a writer")
        .tag("store", call.store).tag("result", call.result).serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private Counter counter(Tenant tenant, Outcome outcome) {
    var name = tenant.id().value();
    if (named.size() < MOST_TENANTS) {
      named.add(name);
    }
    return events.computeIfAbsent(new Ended(named.contains(name) ? name : OTHER, outcome), this::counter);
  }

  private Counter counter(Ended ended) {
    return Counter.builder("nodash.events").description("What became of events, by tenant").tag("tenant", ended.tenant)
        .tag("outcome", ended.outcome.label()).register(registry);
  }

  private Counter decision(String decision) {
    return Counter.builder("nodash.ratelimit.decisions").description("What the rate limiter said")
        .tag("decision", decision).register(registry);
  }

  private static double count(Tally.Counts counts, Outcome outcome) {
    return counts.outcomes().getOrDefault(outcome, 0L);
  }

  @Override
  public void close() {
    var listening = server;
    if (listening != null) {
      listening.close();
    }
    collections.close();
    registry.close();
  }
}
