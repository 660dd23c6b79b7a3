package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantHeaderTest {
  private static final String EVENT = "{\"event\":\"e\"}";
  private final Line line = Line.inMemory();

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t "})
  void aMissingOrBlankHeaderIsRefusedAlthoughTheKeyIsValid(String blank) {
    line.track(EVENT).without("x-tenant-id").send().refused(400, "Missing tenant ID");
    line.track(EVENT).tenant(blank).send().refused(400, "Missing tenant ID");
    line.identify("{\"userId\":\"u\"}").tenant(blank).send().refused(400, "Missing tenant ID");
    assertThat(line.stored("tenant1")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "-a", "_a", "a b", "a/b", "é", "tenant1,tenant1", "a\u0000b", "a.b",
      "a1234567890123456789012345678901234567890123456789012345678901234"})
  void anInvalidHeaderIsRefusedOnEveryRoute(String id) {
    line.track(EVENT).tenant(id).send().refused(400, "Invalid tenant ID");
    line.track(EVENT).tenant(id).path("/track").send().refused(400, "Invalid tenant ID");
    line.track(EVENT).tenant(id).anonymous().basic(Line.KEY1).send().refused(400, "Invalid tenant ID");
  }

  @Test
  void anIdOfTheFullLengthIsValidAndCaseCounts() {
    line.track(EVENT).tenant("a".repeat(64)).send().refused(403, "Tenant mismatch");
    line.track(EVENT).tenant("TENANT1").send().refused(403, "Tenant mismatch");
  }

  @Test
  void itComesBeforeSizeJsonSchemaAndCredential() {
    for (var body : new String[]{"x".repeat(2 << 20), "{", "{\"event\":1}"}) {
      line.track(body).anonymous().without("x-tenant-id").send().refused(400, "Missing tenant ID");
      line.track(body).anonymous().tenant("../x").send().refused(400, "Invalid tenant ID");
    }
  }

  @Nested
  class WhereTheCredentialAloneMayNameTheTenant {

    @Test
    void theAliasesTakeAnyCredential() {
      line.track(EVENT).without("x-tenant-id").path("/track").send().accepted();
      line.identify("{\"userId\":\"u\"}").without("x-tenant-id").path("/identify").send().accepted();
      line.track(EVENT).without("x-tenant-id").anonymous().path("/track")
          .bearer(TestTokens.of(TestTokens.TENANT1, TestTokens.exp())).send().accepted();
      assertThat(line.stored("tenant1")).hasSize(3);
    }

    @Test
    void aBasicWriteKeyOrOneInTheBodyNeedsNoHeaderOnV1() {
      line.track(EVENT).without("x-tenant-id").anonymous().basic(Line.KEY2).send().accepted();
      line.track("{\"event\":\"e\",\"writeKey\":\"" + Line.KEY2 + "\"}").without("x-tenant-id").anonymous().send()
          .accepted();
      assertThat(line.stored("tenant2")).hasSize(2);
    }

    @Test
    void noOtherCredentialDoesOnV1() {
      var good = TestTokens.of(TestTokens.TENANT1, TestTokens.exp());
      line.track(EVENT).without("x-tenant-id").anonymous().bearer(good).send().refused(400, "Missing tenant ID");
      line.track(EVENT).without("x-tenant-id").anonymous().header("x-write-key", Line.KEY1).send()
          .refused(400, "Missing tenant ID");
      line.track(EVENT).without("x-tenant-id").anonymous().header("content-type", "text/plain")
          .query("writeKey", Line.KEY1).send().refused(400, "Missing tenant ID");
    }

    @Test
    void aStrayOneThatIsNotRecognisedDoesNotStandIn() {
      line.track(EVENT).without("x-tenant-id").basic("unknown").send().refused(400, "Missing tenant ID");
      line.track("{\"event\":\"e\",\"writeKey\":\"unknown\"}").without("x-tenant-id").send()
          .refused(400, "Missing tenant ID");
      assertThat(line.stored("tenant1")).isEmpty();
    }
  }
}
