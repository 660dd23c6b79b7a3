package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
  private static final String EVENT = "{\"event\":\"e\"}";
  private static final String BEACON = "text/plain;charset=UTF-8";
  private final Line line = Line.inMemory();

  private Request bare() {
    return line.track(EVENT).anonymous();
  }

  private static String withWriteKey(String key) {
    return "{\"event\":\"e\",\"writeKey\":\"" + key + "\"}";
  }

  private static String token() {
    return TestTokens.of(TestTokens.TENANT1, TestTokens.exp());
  }

  @Nested
  class Accepts {

    @Test
    void anApiKeyInItsHeader() {
      bare().key(Line.KEY1).send().accepted();
      bare().key(" " + Line.KEY1 + " ").send().accepted();
    }

    @Test
    void anApiKeyInAHeaderOfAnotherNameAndThenNotInTheUsualOne() {
      line.apiKeyHeader("X-Custom-Key");
      bare().header("x-custom-key", Line.KEY1).send().accepted();
      bare().key(Line.KEY1).send().refused(401, "Authentication required");
    }

    @Test
    void aWriteKeyHeader() {
      bare().header("x-write-key", Line.KEY1).send().accepted();
    }

    @Test
    void aKeyOrATokenAsBearerInAnyCase() {
      bare().bearer(Line.KEY1).send().accepted();
      bare().bearer(token()).send().accepted();
      bare().header("authorization", "bEaReR  " + token()).send().accepted();
    }

    @Test
    void aWriteKeyAsBasicUserNameWithOrWithoutPassword() {
      bare().basic(Line.KEY1).send().accepted();
      bare().header("authorization", "basic " + TestTokens.encode(Line.utf8(Line.KEY1 + ":pass:word"))).send()
          .accepted();
    }

    @Test
    void aWriteKeyInTheBody() {
      line.track(withWriteKey(Line.KEY1)).anonymous().send().accepted();
    }

    @Test
    void aWriteKeyInTheQueryOfABeaconOnly() {
      bare().header("content-type", BEACON).query("writeKey", Line.KEY1).send().accepted();
      bare().header("content-type", "application/json").query("writeKey", Line.KEY1).send()
          .refused(401, "Authentication required");
      bare().query("writeKey", Line.KEY1).send().refused(401, "Authentication required");
    }

    @Test
    void bothKeysOfATenantWhileOneIsBeingReplaced() {
      bare().key(Line.KEY1).send().accepted();
      bare().key(Line.NEXT_KEY1).send().accepted();
    }

    @Test
    void aKeyThatIsConfiguredByItsHashButNotTheHashItself() {
      bare().tenant("hashed").key(Line.HASHED_KEY).send().accepted();
      bare().tenant("hashed").key("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad").send()
          .refused(401, "Authentication failed");
    }
  }

  @Nested
  class Refuses {

    @Test
    void aRequestWithoutAny() {
      var reply = bare().send().refused(401, "Authentication required");
      assertThat(reply.header("WWW-Authenticate")).contains("Bearer realm=\"nodash\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void anEmptyOneAsNone(String empty) {
      bare().key(empty).header("authorization", "Bearer " + empty).send().refused(401, "Authentication required");
      bare().header("authorization", "Digest username=x").send().refused(401, "Authentication required");
    }

    @Test
    void whatIsNotRecognised() {
      bare().key("unknown").send().refused(401, "Authentication failed");
      bare().key(Line.KEY1.toUpperCase(Locale.ROOT)).send().refused(401, "Authentication failed");
      bare().bearer("a.b.c").send().refused(401, "Authentication failed");
      bare().header("authorization", "Basic %%%").send().refused(401, "Authentication failed");
      line.track(withWriteKey("unknown")).anonymous().send().refused(401, "Authentication failed");
      assertThat(line.stored("tenant1")).isEmpty();
    }

    @Test
    void aTokenAnywhereButAsBearer() {
      bare().key(token()).send().refused(401, "Authentication failed");
      bare().header("x-write-key", token()).send().refused(401, "Authentication failed");
    }

    @Test
    void aValidKeyOfAnotherTenantThanTheHeaderNames() {
      bare().tenant("tenant2").key(Line.KEY1).send().refused(403, "Tenant mismatch");
      bare().tenant("tenant2").bearer(token()).send().refused(403, "Tenant mismatch");
      bare().tenant("tenant2").basic(Line.KEY1).send().refused(403, "Tenant mismatch");
      bare().tenant("nobody").key(Line.KEY1).send().refused(403, "Tenant mismatch");
      nothingWasWritten();
    }

    @Test
    void twoValidOnesOfDifferentTenantsOnEveryRoute() {
      bare().key(Line.KEY1).header("x-write-key", Line.KEY2).send().refused(403, "Tenant mismatch");
      bare().key(Line.KEY2).bearer(token()).send().refused(403, "Tenant mismatch");
      bare().tenant("tenant2").key(Line.KEY2).bearer(token()).send().refused(403, "Tenant mismatch");
      line.track(withWriteKey(Line.KEY2)).path("/track").without("x-tenant-id").send().refused(403, "Tenant mismatch");
      bare().basic(Line.KEY1).header("content-type", BEACON).query("writeKey", Line.KEY2).send()
          .refused(403, "Tenant mismatch");
      nothingWasWritten();
    }

    private void nothingWasWritten() {
      assertThat(line.stored("tenant1")).isEmpty();
      assertThat(line.stored("tenant2")).isEmpty();
    }
  }

  @Nested
  class PassesOver {

    @Test
    void aStrayOneBesideAValidOneWhateverTheirOrder() {
      bare().key(Line.KEY1).basic("stray").send().accepted();
      bare().key(Line.KEY1).header("authorization", "Basic not-base64!").send().accepted();
      bare().key(Line.KEY1).bearer("stray.token.here").send().accepted();
      bare().key("stray").bearer(token()).send().accepted();
      bare().key("stray").header("x-write-key", Line.KEY1).send().accepted();
      line.track(withWriteKey(Line.KEY1)).key("stray").basic("stray").send().accepted();
      assertThat(line.stored("tenant1")).hasSize(6);
    }

    @Test
    void aSecondValidOneOfTheSameTenant() {
      bare().key(Line.KEY1).header("x-write-key", Line.NEXT_KEY1).bearer(token()).send().accepted();
    }
  }

  @Test
  void noAnswerHoldsACredential() {
    for (var request : new Request[]{bare().key("very-secret"), bare().bearer("very-secret.x.y"),
        bare().basic("very-secret"), line.track(withWriteKey("very-secret")).anonymous()}) {
      var reply = request.send().refused(401, "Authentication failed");
      assertThat(reply.response().toString()).doesNotContain("very-secret");
    }
  }
}
