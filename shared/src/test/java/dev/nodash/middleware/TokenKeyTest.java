package dev.nodash.middleware;

import static dev.nodash.middleware.TestTokens.TENANT1;
import static dev.nodash.middleware.TestTokens.exp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of an issuer who keeps his key to himself. */
class TokenKeyTest {

  /** What a key may be, and the one algorithm that goes with it. */
  enum Kind {
    RS256("RSA", 2048, "SHA256withRSA"), ES256("EC", 256, "SHA256withECDSAinP1363Format"), ES384("EC", 384,
        "SHA384withECDSAinP1363Format"), ES512("EC", 521,
            "SHA512withECDSAinP1363Format"), EdDSA("Ed25519", 255, "Ed25519");

    private final String algorithm;
    private final int bits;
    private final String signature;

    Kind(String algorithm, int bits, String signature) {
      this.algorithm = algorithm;
      this.bits = bits;
      this.signature = signature;
    }

    KeyPair keys() {
      return TestTokens.keys(algorithm, bits);
    }

    String header() {
      return "{\"alg\":\"" + name() + "\"}";
    }

    String token(KeyPair keys) {
      return TestTokens.signed(header(), signature, keys.getPrivate(), TENANT1, exp());
    }
  }

  private final Line line = Line.inMemory();

  private static String pem(KeyPair keys) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(keys.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private Reply send(String token) {
    return line.track("{\"event\":\"e\"}").anonymous().bearer(token).send();
  }

  @ParameterizedTest
  @EnumSource
  void theKeyDecidesTheAlgorithm(Kind kind) {
    var keys = kind.keys();
    line.tokens(TokenKey.ofPublicKey(pem(keys)));
    send(kind.token(keys)).accepted();
    send(kind.token(kind.keys())).refused(401, "Authentication failed");
    for (var other : List.of("none", "HS256", "RS512", "PS256", "ES256K")) {
      var token = TestTokens.signed("{\"alg\":\"" + other + "\"}", kind.signature, keys.getPrivate(), TENANT1, exp());
      send(token).refused(401, "Authentication failed");
      send(token.substring(0, token.lastIndexOf('.') + 1)).refused(401, "Authentication failed");
    }
  }

  @ParameterizedTest
  @EnumSource
  void thePublicKeyIsNoSecretOfHs256(Kind kind) {
    var keys = kind.keys();
    line.tokens(TokenKey.ofPublicKey(pem(keys)));
    for (var secret : List.of(Line.utf8(pem(keys)), keys.getPublic().getEncoded())) {
      send(TestTokens.signed("{\"alg\":\"HS256\"}", "HmacSHA256", secret, TENANT1, exp())).refused(401,
          "Authentication failed");
      send(TestTokens.signed(kind.header(), "HmacSHA256", secret, TENANT1, exp())).refused(401,
          "Authentication failed");
    }
  }

  @Test
  void aKeyThatTheTokenBringsAlongIsNotBelieved() {
    line.tokens(TokenKey.ofPublicKey(pem(Kind.EdDSA.keys())));
    var attacker = Kind.EdDSA.keys();
    var encoded = attacker.getPublic().getEncoded();
    var x = TestTokens.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    send(TestTokens.signed("{\"alg\":\"EdDSA\",\"jwk\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + x + "\"}}",
        "Ed25519", attacker.getPrivate(), TENANT1, exp())).refused(401, "Authentication failed");
  }

  @Test
  void aKeyMayHaveItsLinesInOneOrNoHeadAtAll() {
    var keys = Kind.ES256.keys();
    for (var text : List.of(pem(keys).replace("\n", "\\n"), pem(keys).replace("\n", "\r\n"),
        Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()))) {
      assertThat(Line.inMemory().tokens(TokenKey.ofPublicKey(text)).track("{\"event\":\"e\"}").anonymous()
          .bearer(Kind.ES256.token(keys)).send().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no key", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
      "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----"})
  void whatIsNoPublicKeyIsRefusedInWords(String text) {
    assertThatThrownBy(() -> TokenKey.ofPublicKey(text)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("must be a public key in PEM");
  }

  @Test
  void aShortKeyIsRefused() {
    assertThatThrownBy(() -> TokenKey.ofPublicKey(pem(TestTokens.keys("RSA", 1024))))
        .hasMessage("must have at least 2048 bits, as an RSA key");
    assertThatThrownBy(() -> TokenKey.ofPublicKey(pem(TestTokens.keys("X25519", 255))))
        .hasMessageStartingWith("must be a public key in PEM");
  }

  @Test
  void aKeyIsNotShown() {
    assertThat(TokenKey.ofSecret(TestTokens.SECRET)).hasToString("***");
  }
}
