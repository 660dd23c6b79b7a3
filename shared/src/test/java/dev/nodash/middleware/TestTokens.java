package dev.nodash.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens as a client could make them, the wrong ones too; written by hand, because a library refuses to. */
final class TestTokens {
  static final byte[] SECRET = "a-secret-of-thirty-two-bytes-at-least".getBytes(UTF_8);
  static final String TENANT1 = "\"tenantId\":\"tenant1\"";

  private TestTokens() {}

  /** An hour from {@link Line#NOW}. */
  static String exp() {
    return exp(3600);
  }

  static String exp(long seconds) {
    return "\"exp\":" + (Line.NOW.getEpochSecond() + seconds);
  }

  /** A good HS256 token of these claims. */
  static String of(String... claims) {
    return signed("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", "HmacSHA256", SECRET, claims);
  }

  static String signed(String header, String mac, byte[] secret, String... claims) {
    var content = encode(header.getBytes(UTF_8)) + "." + encode(("{" + String.join(",", claims) + "}").getBytes(UTF_8));
    try {
      var signer = Mac.getInstance(mac);
      signer.init(new SecretKeySpec(secret, mac));
      return content + "." + encode(signer.doFinal(content.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** One of these claims, signed by a private key. */
  static String signed(String header, String signature, PrivateKey key, String... claims) {
    var content = encode(header.getBytes(UTF_8)) + "." + encode(("{" + String.join(",", claims) + "}").getBytes(UTF_8));
    try {
      var signer = Signature.getInstance(signature);
      signer.initSign(key);
      signer.update(content.getBytes(UTF_8));
      return content + "." + encode(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static KeyPair keys(String algorithm, int bits) {
    try {
      var generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
