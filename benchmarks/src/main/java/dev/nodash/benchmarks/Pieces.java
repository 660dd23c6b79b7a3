package dev.nodash.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.config.Deployment;
import dev.nodash.config.Settings;
import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.json.JsonObject;
import dev.nodash.model.EventId;
import dev.nodash.model.RandomPool;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.Owner;
import dev.nodash.storage.RateLimiter;
import dev.nodash.storage.RateLimiter.Decision;
import dev.nodash.storage.RateLimiter.Limits;
import dev.nodash.storage.RateLimiter.Subject;
import dev.nodash.storage.memory.MemoryDeduplicator;
import dev.nodash.storage.memory.MemoryRateLimiter;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the steps of one track call cost on one thread, stores in memory: the whole line and its dearest pieces. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseParallelGC"})
public class Pieces {
  private static final Tenant TENANT = Tenant.of("tenant1");
  private static final int USERS = 1000;

  private final Clock clock = Clock.systemUTC();
  private final AtomicLong number = new AtomicLong();
  private final RandomPool random = new RandomPool();
  private final Deduplicator deduplicator = new MemoryDeduplicator(Duration.ofDays(1), 1_000_000,
      Duration.ofSeconds(21));
  private final RateLimiter limiter = new MemoryRateLimiter(new Limits(1_000_000_000, Duration.ofHours(1), 0),
      MemoryRateLimiter.MAX_SUBJECTS);
  private @Nullable Deployment deployment;
  private Function<HttpRequest, HttpResponse> track = _ -> {
    throw new IllegalStateException("not open");
  };

  /** An event store that is empty. */
  @Setup(Level.Iteration)
  public void open() {
    var opened = Deployment.open(Settings.of(Map.of("NODE_ENV", "test", "LOG_LEVEL", "ERROR", "STORE_EVENTS", "memory",
        "STORE_USERS", "memory", "RATE_LIMIT_MAX", "1000000000")), clock);
    deployment = opened;
    track = opened.functions().track();
  }

  @TearDown(Level.Iteration)
  public void close() {
    Objects.requireNonNull(deployment).close();
  }

  /** A track call from bytes to answer; its event store only grows, so a part of the figure is the collector's. */
  @Benchmark
  public HttpResponse line() {
    var n = number.incrementAndGet();
    return track.apply(new HttpRequest("POST", "/v1/track", Map.of("x-tenant-id", "tenant1",
        "x-api-key", "demo-api-key-tenant1", "content-type", "application/json"), Map.of(), new Body(body(n)),
        "127.0.0.1", false));
  }

  @Benchmark
  public JsonObject parse() {
    return JsonObject.parse(body(1));
  }

  @Benchmark
  public EventId id() {
    return EventId.ofMessage(TENANT.id(), "message-" + number.incrementAndGet());
  }

  @Benchmark
  public boolean claimAndConfirm() {
    var now = clock.instant();
    var id = EventId.random(now, random);
    var owner = new Owner(random.nextUuid());
    deduplicator.claim(TENANT, id, owner, now);
    return deduplicator.confirm(TENANT, id, owner, now);
  }

  @Benchmark
  public Decision limit() {
    return limiter.take(TENANT, new Subject("127.0.0.1", "user" + number.incrementAndGet() % USERS), 1,
        clock.instant());
  }

  private static byte[] body(long n) {
    return ("{\"event\":\"user_signup\",\"userId\":\"user" + n % USERS + "\",\"messageId\":\"jmh-" + n
        + "\",\"properties\":{\"plan\":\"premium\",\"source\":\"web\",\"value\":12.5,\"items\":[\"a\",\"b\"]},"
        + "\"context\":{\"library\":{\"name\":\"bench\",\"version\":\"1.0\"}}}").getBytes(UTF_8);
  }
}
