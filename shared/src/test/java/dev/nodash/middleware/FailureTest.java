package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.storage.StoreUnavailable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureTest {
  private final Line line = Line.inMemory();

  @Nested
  class Stores {

    @Test
    void aStoreThatIsAwayIs503AndItsWordsStayInside() {
      line.events.before = () -> {
        throw new StoreUnavailable("postgres://user:pass@db/var/lib/secret", new IllegalStateException("secret"));
      };
      assertThat(line.track("{\"event\":\"e\"}").send().refused(503, "Service Unavailable").body())
          .doesNotContain("secret").doesNotContain("postgres");
    }

    @Test
    void anUnexpectedFaultIs500WithoutItsText() {
      line.events.before = () -> {
        throw new IllegalStateException("secret in /var/lib/secret");
      };
      line.users.before = line.events.before;
      assertThat(line.track("{\"event\":\"e\"}").send().refused(500, "Internal Server Error").body())
          .doesNotContain("secret").doesNotContain("Exception");
      assertThat(line.identify("{\"userId\":\"u\"}").send().refused(500, "Internal Server Error").body())
          .doesNotContain("secret");
    }

    @Test
    void afterItTheFunctionGoesOnAndItsHeadersAreThoseOfEveryAnswer() {
      line.origins("*");
      line.events.before = () -> {
        throw new StackOverflowError();
      };
      var reply = line.track("{\"event\":\"e\"}").send().refused(500, "Internal Server Error");
      assertThat(reply.header("X-RateLimit-Limit")).isPresent();
      assertThat(reply.header("Access-Control-Allow-Origin")).contains("*");
      line.events.heal();
      line.track("{\"event\":\"e\"}").send().accepted();
    }
  }

  @Nested
  class Health {

    private void is(String status, int code, String dependencies) {
      line.clock.advance(Duration.ofSeconds(1));
      var reply = line.get("/v1/health").send();
      assertThat(reply.status()).isEqualTo(code);
      assertThat(reply.text("status")).isEqualTo(status);
      assertThat(reply.raw("dependencies")).isEqualTo(dependencies);
      assertThat(reply.body()).doesNotContain("secret");
    }

    private String dependencies(String events, String users, String limiter, String deduplication) {
      return "{\"eventStore\":\"%s\",\"userStore\":\"%s\",\"rateLimiter\":\"%s\",\"deduplication\":\"%s\"}"
          .formatted(events, users, limiter, deduplication);
    }

    @Test
    void isHealthyAndTellsVersionUptimeAndTheDeduplicationWindow() {
      is("healthy", 200, dependencies("healthy", "healthy", "healthy", "healthy"));
      line.clock.advance(Duration.ofSeconds(90));
      var reply = line.get("/v1/health").send();
      assertThat(reply.text("version")).isEqualTo("1.2.3");
      assertThat(reply.raw("uptime")).isEqualTo("90");
      assertThat(reply.text("timestamp")).isEqualTo("2026-03-01T12:01:31.000Z");
      assertThat(reply.raw("deduplicationWindow")).isEqualTo("{\"seconds\":86400,\"ids\":10000}");
    }

    @Test
    void tellsTheEventStoresWindowWhereThatIsShorter(@TempDir Path folder) throws InterruptedException {
      try (var small = Line.onFlatFiles(folder, 2)) {
        for (int i = 0; i < 3; i++) {
          small.track("{\"event\":\"e\",\"messageId\":\"m" + i + "\"}").send().accepted();
        }
        small.clock.advance(Duration.ofSeconds(90));
        assertThat(small.get("/v1/health").send().raw("deduplicationWindow")).isEqualTo("{\"seconds\":90,\"ids\":2}");
      }
    }

    @Test
    void isDegradedWithoutTheLimiterOrTheDeduplicator() {
      line.limiter.sicken();
      is("degraded", 200, dependencies("healthy", "healthy", "unhealthy", "healthy"));
      line.claims.sicken();
      is("degraded", 200, dependencies("healthy", "healthy", "unhealthy", "unhealthy"));
    }

    @Test
    void isUnhealthyWithoutAPlaceForEventsOrUsers() {
      line.users.sicken();
      is("unhealthy", 503, dependencies("healthy", "unhealthy", "healthy", "healthy"));
      line.events.sicken();
      line.limiter.sicken();
      is("unhealthy", 503, dependencies("unhealthy", "unhealthy", "unhealthy", "healthy"));
      assertThat(line.get("/v1/health").send().number("Retry-After")).isPositive();
    }

    @Test
    void isAskedOfEveryDependencyAtMostOnceASecond() {
      is("healthy", 200, dependencies("healthy", "healthy", "healthy", "healthy"));
      line.events.sicken();
      line.clock.advance(Duration.ofMillis(999));
      assertThat(line.get("/v1/health").send().text("status")).isEqualTo("healthy");
      line.clock.advance(Duration.ofMillis(1));
      assertThat(line.get("/v1/health").send().text("status")).isEqualTo("unhealthy");
      line.clock.advance(Duration.ofSeconds(-5));
      line.events.heal();
      assertThat(line.get("/v1/health").send().text("status")).isEqualTo("healthy");
    }

    @Test
    void waitsASecondForAllOfThemTogether() {
      var never = new CountDownLatch(1);
      for (var component : List.of(line.events, line.users, line.limiter)) {
        component.checking = () -> never.await();
      }
      var start = System.nanoTime();
      is("unhealthy", 503, dependencies("unhealthy", "unhealthy", "unhealthy", "healthy"));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void ofAFullDiskLeavesTheProcessAlive() {
      line.events.sicken();
      var live = line.get("/v1/health/live").send();
      assertThat(live.status()).isEqualTo(200);
      assertThat(live.text("status")).isEqualTo("alive");
    }

    @Test
    void isPastHelpAfterAFatalFaultOfEitherStore() {
      line.events.fatal = true;
      line.get("/v1/health/live").send().refused(503, "Service Unavailable");
      line.events.fatal = false;
      line.users.fatal = true;
      line.get("/v1/health/live").send().refused(503, "Service Unavailable");
    }
  }
}
