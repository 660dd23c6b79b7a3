package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.http.ClientAddress.Source;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {
  private static final String EVENT = "{\"event\":\"e\"}";
  private final Line line = Line.inMemory().limit(2, Duration.ofSeconds(60));

  private void spend(Request request) {
    request.send().accepted();
    request.send().accepted();
    request.send().refused(429, "Rate limit exceeded");
  }

  @Nested
  class Answers {

    @Test
    void everyAnswerFromTheLimiterOnTellsTheBudget() {
      var first = line.track(EVENT).send().accepted();
      assertThat(first.number("X-RateLimit-Limit")).isEqualTo(2);
      assertThat(first.number("X-RateLimit-Remaining")).isEqualTo(1);
      assertThat(first.number("X-RateLimit-Reset")).isBetween(0, 61);
      assertThat(line.track(EVENT).send().accepted().number("X-RateLimit-Remaining")).isZero();
      var refused = line.track(EVENT).send().refused(429, "Rate limit exceeded");
      assertThat(refused.number("X-RateLimit-Limit")).isEqualTo(2);
      assertThat(refused.number("X-RateLimit-Remaining")).isZero();
      assertThat(refused.number("Retry-After")).isBetween(1, 61).isEqualTo(refused.number("X-RateLimit-Reset"));
    }

    @Test
    void whatIsRefusedBeforeTheLimiterTellsNoneAndCostsNothing() {
      for (int i = 0; i < 5; i++) {
        assertThat(line.track("{").send().header("X-RateLimit-Limit")).isEmpty();
        assertThat(line.track(EVENT).anonymous().send().header("X-RateLimit-Limit")).isEmpty();
        assertThat(line.track(EVENT).tenant("tenant2").send().header("X-RateLimit-Limit")).isEmpty();
        assertThat(line.get("/v1/health").send().header("X-RateLimit-Limit")).isEmpty();
      }
      spend(line.track(EVENT));
    }

    @Test
    void aRetryAfterTheTimeToldIsAdmitted() {
      spend(line.track(EVENT));
      line.clock.advance(Duration.ofSeconds(line.track(EVENT).send().number("Retry-After")));
      line.track(EVENT).send().accepted();
    }

    @Test
    void theWaitIsAtLeastOneSecondAlsoWhereTheWindowIsShort() {
      var brief = Line.inMemory().limit(1, Duration.ofSeconds(1));
      brief.track(EVENT).send().accepted();
      brief.clock.advance(Duration.ofMillis(900));
      assertThat(brief.track(EVENT).send().refused(429, "Rate limit exceeded").number("Retry-After")).isEqualTo(1);
    }

    @Test
    void duplicatesCostQuota() {
      var same = line.track("{\"event\":\"e\",\"messageId\":\"m\"}");
      assertThat(same.send().accepted().isDuplicate()).isFalse();
      assertThat(same.send().accepted().isDuplicate()).isTrue();
      same.send().refused(429, "Rate limit exceeded");
    }
  }

  @Nested
  class Budgets {

    @Test
    void oneIsSharedByAllRoutes() {
      line.track("{\"event\":\"e\",\"userId\":\"u\"}").send().accepted();
      line.identify("{\"userId\":\"u\"}").send().accepted();
      line.track("{\"event\":\"e\",\"userId\":\"u\"}").path("/track").send().refused(429, "Rate limit exceeded");
    }

    @Test
    void eachTenantHasItsOwn() {
      spend(line.track(EVENT));
      line.track(EVENT).tenant("tenant2").key(Line.KEY2).send().accepted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"userId\":\"%s\"", "\"anonymousId\":\"%s\"", "\"properties\":{\"userId\":\"%s\"}"})
    void eachUserHasItsOwnHoweverItIsNamed(String field) {
      spend(line.track("{\"event\":\"e\"," + field.formatted("a") + "}"));
      line.track("{\"event\":\"e\"," + field.formatted("b") + "}").send().accepted();
    }

    @Test
    void theUserIdCountsBeforeTheAnonymousId() {
      spend(line.track("{\"event\":\"e\",\"userId\":\"u\",\"anonymousId\":\"a\"}"));
      line.track("{\"event\":\"e\",\"userId\":\"u\",\"anonymousId\":\"b\"}").send().refused(429, "Rate limit exceeded");
      line.track("{\"event\":\"e\",\"userId\":\"v\",\"anonymousId\":\"a\"}").send().accepted();
    }

    @Test
    void theSubjectOfATokenCountsBeforeWhatTheBodyNames() {
      var token = TestTokens.of(TestTokens.TENANT1, TestTokens.exp(), "\"sub\":\"s\"");
      spend(line.track("{\"event\":\"e\",\"userId\":\"a\"}").anonymous().bearer(token));
      line.track("{\"event\":\"e\",\"userId\":\"b\"}").anonymous().bearer(token).send()
          .refused(429, "Rate limit exceeded");
      line.track("{\"event\":\"e\",\"userId\":\"b\"}").send().accepted();
    }
  }

  @Nested
  class Addresses {

    @Test
    void eachIPv4AddressHasItsOwn() {
      spend(line.track(EVENT).peer("192.0.2.1"));
      line.track(EVENT).peer("192.0.2.2").send().accepted();
      line.track(EVENT).peer("::ffff:192.0.2.1").send().refused(429, "Rate limit exceeded");
    }

    @Test
    void iPv6CountsBySlash64() {
      spend(line.track(EVENT).peer("2001:db8:0:1::1"));
      line.track(EVENT).peer("2001:db8::1:ffff:ffff:ffff:ffff").send().refused(429, "Rate limit exceeded");
      line.track(EVENT).peer("2001:db8:0:2::1").send().accepted();
    }

    @Test
    void aForgedHeaderIsNotBelievedByDefault() {
      spend(line.track(EVENT));
      line.track(EVENT).header("x-forwarded-for", "203.0.113.9").header("fly-client-ip", "203.0.113.9")
          .header("forwarded", "for=203.0.113.9").header("x-real-ip", "203.0.113.9").send()
          .refused(429, "Rate limit exceeded");
    }

    @Test
    void behindTrustedProxiesOnlyTheHopsTheyAddedAreBelieved() {
      line.address(Source.FORWARDED, 2);
      spend(line.track(EVENT).header("x-forwarded-for", "198.51.100.7, 10.0.0.1"));
      line.track(EVENT).header("x-forwarded-for", "1.1.1.1,198.51.100.7,10.0.0.1").send()
          .refused(429, "Rate limit exceeded");
      line.track(EVENT).header("x-forwarded-for", "2.2.2.2, 198.51.100.7:4711 , 10.0.0.2").send()
          .refused(429, "Rate limit exceeded");
      line.track(EVENT).header("x-forwarded-for", "198.51.100.8, 10.0.0.1").send().accepted();
    }

    @Test
    void whoGoesRoundAProxyCannotChooseAnAddress() {
      line.address(Source.FORWARDED, 2);
      spend(line.track(EVENT));
      line.track(EVENT).header("x-forwarded-for", "203.0.113.9").send().refused(429, "Rate limit exceeded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unknown", "not an address, either", "[2001:db8::1", ",", "999.1.1.1"})
    void anUnusableHeaderFallsBackToThePeer(String header) {
      line.address(Source.FORWARDED, 1);
      spend(line.track(EVENT));
      line.track(EVENT).header("x-forwarded-for", header).send().refused(429, "Rate limit exceeded");
    }

    @Test
    void onFlyItsOwnHeaderIsBelievedAndTheForwardedOneIsNot() {
      line.address(Source.FLY, 0);
      spend(line.track(EVENT).header("fly-client-ip", "198.51.100.7"));
      line.track(EVENT).header("fly-client-ip", "198.51.100.7").header("x-forwarded-for", "203.0.113.9")
          .peer("192.0.2.77").send().refused(429, "Rate limit exceeded");
      line.track(EVENT).header("fly-client-ip", "198.51.100.8").send().accepted();
    }
  }
}
