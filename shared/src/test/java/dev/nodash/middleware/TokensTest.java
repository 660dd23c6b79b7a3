package dev.nodash.middleware;

import static dev.nodash.middleware.TestTokens.SECRET;
import static dev.nodash.middleware.TestTokens.TENANT1;
import static dev.nodash.middleware.TestTokens.exp;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private static final byte[] LONG_SECRET = Line.utf8("s".repeat(64));
  private final Line line = Line.inMemory();

  private Reply send(String token) {
    return line.track("{\"event\":\"e\"}").anonymous().bearer(token).send();
  }

  private void refused(String token) {
    send(token).refused(401, "Authentication failed");
    assertThat(line.stored("tenant1")).isEmpty();
  }

  @Nested
  class Algorithm {

    @Test
    void hs256IsAcceptedAlsoWithALongSecret() {
      send(TestTokens.of(TENANT1, exp())).accepted();
      line.tokens(LONG_SECRET, Optional.empty(), Optional.empty(), "tenantId");
      var other = Line.inMemory().tokens(LONG_SECRET, Optional.empty(), Optional.empty(), "tenantId");
      other.track("{\"event\":\"e\"}").anonymous()
          .bearer(TestTokens.signed("{\"alg\":\"HS256\"}", "HmacSHA256", LONG_SECRET, TENANT1, exp())).send()
          .accepted();
    }

    @ParameterizedTest
    @CsvSource({"HS384, HmacSHA384", "HS512, HmacSHA512"})
    void aStrongerOneOfTheSameSecretIsRefused(String alg, String mac) {
      line.tokens(LONG_SECRET, Optional.empty(), Optional.empty(), "tenantId");
      refused(TestTokens.signed("{\"alg\":\"" + alg + "\"}", mac, LONG_SECRET, TENANT1, exp()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "RS256", "ES256", "PS256", "HS255", "", "hs256"})
    void anyOtherNameIsRefusedWithTheRightSignatureAndWithNone(String alg) {
      var token = TestTokens.signed("{\"alg\":\"" + alg + "\"}", "HmacSHA256", SECRET, TENANT1, exp());
      refused(token);
      refused(token.substring(0, token.lastIndexOf('.') + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"YXR0YWNrZXItc2VjcmV0LW9mLTMyLWJ5dGVzLWxvbmc\"}}",
        "{\"alg\":\"HS256\",\"jku\":\"https://attacker.example/keys\"}",
        "{\"alg\":\"HS256\",\"kid\":\"../../dev/null\"}", "{\"alg\":\"HS256\"}"})
    void aKeyThatTheTokenBringsAlongIsNotBelieved(String header) {
      refused(
          TestTokens.signed(header, "HmacSHA256", Line.utf8("attacker-secret-of-32-bytes-long"), TENANT1, exp()));
    }
  }

  @Nested
  class Form {

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "...", "a.b.c", "e30.e30.", "e30.e30.e30", "....", "\u00e9.\u00e9.\u00e9"})
    void whatIsNoTokenIsRefused(String text) {
      refused(text);
    }

    @Test
    void brokenJsonDeepJsonAndLongTokensAreRefused() {
      refused(TestTokens.signed("{\"alg\":", "HmacSHA256", SECRET, TENANT1, exp()));
      refused(TestTokens.signed("{\"alg\":\"HS256\"}", "HmacSHA256", SECRET, "broken"));
      refused(TestTokens.signed("[".repeat(3000), "HmacSHA256", SECRET, TENANT1, exp()));
      refused(TestTokens.of(TENANT1, exp(), "\"x\":" + "[".repeat(2500) + "]".repeat(2500)));
      refused(TestTokens.of(TENANT1, exp(), "\"x\":\"" + "x".repeat(9000) + "\""));
    }

    @Test
    void aTokenThatWasChangedIsRefused() {
      var token = TestTokens.of(TENANT1, exp());
      var other = TestTokens.of("\"tenantId\":\"tenant2\"", exp());
      refused(token.substring(0, token.lastIndexOf('.')) + other.substring(other.lastIndexOf('.')));
    }
  }

  @Nested
  class Time {

    @ParameterizedTest
    @ValueSource(strings = {"\"sub\":\"u\"", "\"exp\":null", "\"exp\":\"soon\"", "\"exp\":{}", "\"exp\":-1",
        "\"exp\":0", "\"exp\":1e400", "\"exp\":[1]"})
    void aTokenWithoutAUsableExpiryIsRefused(String claim) {
      refused(TestTokens.of(TENANT1, claim));
    }

    @Test
    void anExpiredOneIsRefusedFromTheVeryMoment() {
      refused(TestTokens.of(TENANT1, exp(-1)));
      refused(TestTokens.of(TENANT1, exp(0)));
      send(TestTokens.of(TENANT1, exp(1))).accepted();
    }

    @Test
    void oneThatIsNotValidYetIsRefusedUntilThen() {
      var token = TestTokens.of(TENANT1, exp(), "\"nbf\":" + (Line.NOW.getEpochSecond() + 5));
      refused(token);
      line.clock.advance(Duration.ofSeconds(5));
      send(token).accepted();
    }

    @Test
    void aRememberedOneExpiresToo() {
      var token = TestTokens.of(TENANT1, exp(30));
      send(token).accepted();
      line.clock.advance(Duration.ofSeconds(29));
      send(token).accepted();
      line.clock.advance(Duration.ofSeconds(1));
      send(token).refused(401, "Authentication failed");
    }
  }

  @Nested
  class Claims {

    @ParameterizedTest
    @ValueSource(strings = {"\"sub\":\"tenant1\"", "\"tenantId\":7", "\"tenantId\":null", "\"tenantId\":[\"tenant1\"]",
        "\"tenantId\":\"\"", "\"tenantId\":\"../x\"", "\"tenantid\":\"tenant1\""})
    void aTokenWithoutAValidTenantIsRefused(String claim) {
      refused(TestTokens.of(claim, exp()));
    }

    @Test
    void theTenantClaimMayHaveAnotherName() {
      line.tokens(SECRET, Optional.empty(), Optional.empty(), "org");
      refused(TestTokens.of(TENANT1, exp()));
      send(TestTokens.of("\"org\":\"tenant1\"", exp())).accepted();
    }

    @Test
    void theIssuerIsCheckedWhereItIsSet() {
      line.tokens(SECRET, Optional.of("https://id.example"), Optional.empty(), "tenantId");
      refused(TestTokens.of(TENANT1, exp()));
      refused(TestTokens.of(TENANT1, exp(), "\"iss\":\"https://id.example/\""));
      send(TestTokens.of(TENANT1, exp(), "\"iss\":\"https://id.example\"")).accepted();
    }

    @Test
    void theAudienceIsCheckedWhereItIsSetAndMayBeAListWithOurs() {
      line.tokens(SECRET, Optional.empty(), Optional.of("nodash"), "tenantId");
      refused(TestTokens.of(TENANT1, exp()));
      refused(TestTokens.of(TENANT1, exp(), "\"aud\":\"other\""));
      refused(TestTokens.of(TENANT1, exp(), "\"aud\":[\"other\"]"));
      send(TestTokens.of(TENANT1, exp(), "\"aud\":\"nodash\"")).accepted();
      send(TestTokens.of(TENANT1, exp(), "\"aud\":[\"other\",\"nodash\"]")).accepted();
    }
  }
}
