package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.http.ClientAddress.Source;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who tries out keys. */
class FailedCredentialsTest {
  private static final String EVENT = "{\"event\":\"e\"}";

  private final Line line = Line.inMemory().maxFailures(3);

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(line.track(EVENT).key("guess-" + i).send().status()).isEqualTo(401);
    }
  }

  @Test
  void whoHadTooManyIsNotHeardUntilTheMinuteIsOver() {
    fail(2);
    line.clock.advance(Duration.ofSeconds(20));
    fail(1);
    var refused = line.track(EVENT).key("guess").send().refused(429, "Rate limit exceeded");
    assertThat(refused.header("Retry-After")).hasValue("40");
    assertThat(line.track(EVENT).send().status()).as("not even with the right key").isEqualTo(429);
    assertThat(line.identify("{\"userId\":\"u\"}").send().status()).isEqualTo(429);
    assertThat(line.track(EVENT).peer("192.0.2.2").send().status()).as("from elsewhere").isEqualTo(200);
    assertThat(line.get("/v1/health").send().status()).isEqualTo(200);
    line.clock.advance(Duration.ofSeconds(39));
    assertThat(line.track(EVENT).send().status()).isEqualTo(429);
    line.clock.advance(Duration.ofSeconds(1));
    assertThat(line.track(EVENT).send().status()).isEqualTo(200);
    assertThat(line.tally().isBalanced()).isTrue();
  }

  @Test
  void aTokenIsACredentialToo() {
    for (int i = 0; i < 3; i++) {
      assertThat(line.track(EVENT).anonymous().bearer("a.b." + i).send().status()).isEqualTo(401);
    }
    assertThat(line.track(EVENT).send().status()).isEqualTo(429);
  }

  @Test
  void whatIsNoGuessIsNotCounted() {
    for (int i = 0; i < 10; i++) {
      assertThat(line.track(EVENT).anonymous().send().status()).as("no credential").isEqualTo(401);
      assertThat(line.track(EVENT).bearer("a stray one").send().status()).as("beside a right one").isEqualTo(200);
      assertThat(line.track(EVENT).tenant("tenant2").send().status()).as("another tenant's").isEqualTo(403);
    }
  }

  @Test
  void aForgedHeaderIsNoOtherAddress() {
    fail(3);
    assertThat(line.track(EVENT).header("x-forwarded-for", "203.0.113.9").send().status()).isEqualTo(429);
  }

  @Test
  void aClientBehindAProxyIsCountedByItself() {
    line.address(Source.FORWARDED, 1);
    for (int i = 0; i < 3; i++) {
      assertThat(line.track(EVENT).key("guess").header("x-forwarded-for", "203.0.113.9").send().status())
          .isEqualTo(401);
    }
    assertThat(line.track(EVENT).header("x-forwarded-for", "203.0.113.9").send().status()).isEqualTo(429);
    assertThat(line.track(EVENT).header("x-forwarded-for", "203.0.113.10").send().status()).isEqualTo(200);
  }

  @Test
  void zeroIsAnyNumber() {
    line.maxFailures(0);
    fail(20);
    assertThat(line.track(EVENT).send().status()).isEqualTo(200);
  }
}
