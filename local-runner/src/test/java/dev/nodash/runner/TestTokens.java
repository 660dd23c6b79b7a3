package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** JSON Web Tokens made by hand, so that wrong ones can be made too. */
final class TestTokens {
  /** Of 48 bytes, from which length on a library may take it for a key of another algorithm. */
  static final String SECRET = "a secret of at least thirty-two bytes, for tests";

  private static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private TestTokens() {}

  /** A token whose header says what it is signed with. */
  static String token(String claims) {
    return token(HS256, claims, "HmacSHA256", SECRET);
  }

  static String token(String header, String claims, String algorithm, String secret) {
    var signed = encode(header.getBytes(UTF_8)) + "." + encode(claims.getBytes(UTF_8));
    try {
      var mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm));
      return signed + "." + encode(mac.doFinal(signed.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A token that says it needs no signature. */
  static String unsigned(String claims) {
    return encode("{\"alg\":\"none\"}".getBytes(UTF_8)) + "." + encode(claims.getBytes(UTF_8)) + ".";
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
