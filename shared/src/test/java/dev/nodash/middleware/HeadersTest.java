package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.http.ClientAddress.Source;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  private static final String EVENT = "{\"event\":\"e\"}";
  private final Line line = Line.inMemory();

  /** One reply of every kind. */
  private List<Reply> ofEveryKind() {
    return List.of(line.track(EVENT).send(), line.track("{").send(), line.track(EVENT).anonymous().send(),
        line.get("/v1/health").send(), line.get("/nowhere").send(), line.get("/v1/track").send(),
        line.request("OPTIONS", "/v1/track").send());
  }

  @Nested
  class Security {

    @Test
    void areOnEveryAnswer() {
      assertThat(ofEveryKind()).allSatisfy(reply -> {
        assertThat(reply.header("X-Content-Type-Options")).contains("nosniff");
        assertThat(reply.header("Referrer-Policy")).contains("no-referrer");
        assertThat(reply.header("Cross-Origin-Resource-Policy")).isPresent();
      });
    }

    @Test
    void hstsIsSentOverTlsOnly() {
      var hsts = "Strict-Transport-Security";
      assertThat(line.track(EVENT).send().header(hsts)).isEmpty();
      assertThat(line.track(EVENT).secure().send().header(hsts)).isPresent();
      assertThat(line.track(EVENT).header("x-forwarded-proto", "https").send().header(hsts)).isEmpty();
      var proxied = Line.inMemory().address(Source.FORWARDED, 1);
      assertThat(proxied.track(EVENT).header("x-forwarded-proto", "https").send().header(hsts)).isPresent();
      assertThat(proxied.track(EVENT).header("x-forwarded-proto", "http").send().header(hsts)).isEmpty();
    }

    @Test
    void plainHttpIsRefusedWhereTlsIsAMustAndAProxyThatWeBelieveSaysSo() {
      var proxied = Line.inMemory().address(Source.FORWARDED, 1).tlsOnly();
      proxied.track(EVENT).header("x-forwarded-proto", "http").send().refused(403, "HTTPS required");
      assertThat(proxied.stored("tenant1")).isEmpty();
      proxied.track(EVENT).header("x-forwarded-proto", "https").send().accepted();
      proxied.track(EVENT).send().accepted();
      assertThat(proxied.get("/v1/health").header("x-forwarded-proto", "http").send().status()).isEqualTo(200);
      Line.inMemory().tlsOnly().track(EVENT).header("x-forwarded-proto", "http").send().accepted();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"1 | https,http | true", "1 | http, | false", "1 | http , HTTPS | false",
        "1 | ,http | true",
        "2 | https,http,https | true", "2 | http,https,http | false", "2 | http | true", "2 | https | false"})
    void ofSeveralProtocolsTheOutermostTrustedProxysCounts(int proxies, String header, boolean isPlain) {
      var reply = Line.inMemory().address(Source.FORWARDED, proxies).tlsOnly().track(EVENT)
          .header("x-forwarded-proto", header).send();
      assertThat(reply.status()).isEqualTo(isPlain ? 403 : 200);
    }

    @Test
    void onFlyTheLastOfSeveralProtocolsCounts() {
      var fly = Line.inMemory().address(Source.FLY, 0).tlsOnly();
      fly.track(EVENT).header("x-forwarded-proto", "https,http").send().refused(403, "HTTPS required");
      assertThat(fly.track(EVENT).header("x-forwarded-proto", "http, https").send().header("Strict-Transport-Security"))
          .isPresent();
    }

    @Test
    void everyBodyIsJson() {
      assertThat(ofEveryKind()).filteredOn(reply -> !reply.body().isEmpty())
          .allSatisfy(reply -> assertThat(reply.header("Content-Type")).contains("application/json;charset=utf-8"));
    }
  }

  @Nested
  class RequestId {

    @ParameterizedTest
    @ValueSource(strings = {"a", "A.b_c-9", "0f8fad5b-d9cb-469f-a165-70867728950e"})
    void aValidOneIsEchoedAlsoOnErrors(String id) {
      assertThat(line.track(EVENT).header("x-request-id", id).send().accepted().header("x-request-id")).contains(id);
      assertThat(line.track("{").header("x-request-id", id).send().refused(400, "Bad Request").text("requestId"))
          .isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\r\nSet-Cookie: x", "é", "<script>"})
    void anyOtherIsReplacedByAUuid(String id) {
      var sent = line.track(EVENT).header("x-request-id", id).send().accepted().text("requestId");
      assertThat(UUID.fromString(sent).toString()).isEqualTo(sent).isNotEqualTo(id);
    }

    @Test
    void oneOf129CharactersIsReplaced() {
      assertThat(line.get("/").header("x-request-id", "a".repeat(128)).send().header("x-request-id"))
          .contains("a".repeat(128));
      assertThat(line.get("/").header("x-request-id", "a".repeat(129)).send().header("x-request-id").orElseThrow())
          .hasSize(36);
    }

    @Test
    void everyAnswerHasOne() {
      assertThat(ofEveryKind()).allSatisfy(reply -> assertThat(reply.header("x-request-id")).isPresent());
    }
  }

  @Nested
  class CrossOrigin {
    private static final String APP = "https://app.example";

    private Request preflight(String origin) {
      return line.request("OPTIONS", "/v1/track").header("origin", origin)
          .header("access-control-request-method", "POST")
          .header("access-control-request-headers", "content-type,x-api-key");
    }

    @Test
    void anyOriginIsAllowedByAStar() {
      line.origins("*");
      assertThat(ofEveryKind()).allSatisfy(reply -> assertThat(reply.header(ALLOW_ORIGIN)).contains("*"));
    }

    @Test
    void anOriginOfTheListIsAllowedByNameAndEveryAnswerVaries() {
      line.origins(APP, "https://b.example");
      var allowed = line.track(EVENT).header("origin", APP).send();
      assertThat(allowed.header(ALLOW_ORIGIN)).contains(APP);
      assertThat(allowed.header("Access-Control-Expose-Headers"))
          .contains("x-request-id, retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset");
      assertThat(line.track("{").header("origin", APP).send().header(ALLOW_ORIGIN)).contains(APP);
      var other = line.track(EVENT).header("origin", "https://evil.example").send();
      assertThat(other.header(ALLOW_ORIGIN)).isEmpty();
      assertThat(ofEveryKind()).allSatisfy(reply -> assertThat(reply.header("Vary")).contains("Origin"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://app.example.evil", "http://app.example", "https://app.example:8443", "null", ""})
    void anOriginThatOnlyLooksLikeOneIsNotAllowed(String origin) {
      line.origins(APP);
      assertThat(line.track(EVENT).header("origin", origin).send().header(ALLOW_ORIGIN)).isEmpty();
      assertThat(preflight(origin).send().header(ALLOW_ORIGIN)).isEmpty();
    }

    @Test
    void aPreflightNeedsNoCredentialAndCostsNoQuota() {
      line.origins(APP).limit(1, Duration.ofHours(1));
      for (int i = 0; i < 3; i++) {
        var reply = preflight(APP).send();
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.body()).isEmpty();
        assertThat(reply.header(ALLOW_ORIGIN)).contains(APP);
        assertThat(reply.header("Access-Control-Allow-Methods").orElseThrow()).contains("POST");
        assertThat(reply.header("Access-Control-Allow-Headers")).contains("authorization, content-type, "
            + "content-encoding, idempotency-key, x-api-key, x-tenant-id, x-request-id, x-write-key, x-retry-count");
        assertThat(reply.header("X-RateLimit-Limit")).isEmpty();
      }
      line.track(EVENT).send().accepted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-my-key", "key", "x-api"})
    void aRenamedApiKeyHeaderIsAllowedToo(String name) {
      line.origins("*").apiKeyHeader(name);
      assertThat(preflight(APP).send().header("Access-Control-Allow-Headers").orElseThrow()).endsWith(", " + name);
    }

    @Test
    void withoutOriginsNothingIsAllowed() {
      assertThat(preflight(APP).send().header(ALLOW_ORIGIN)).isEmpty();
      assertThat(line.track(EVENT).header("origin", APP).send().header(ALLOW_ORIGIN)).isEmpty();
    }
  }
}
