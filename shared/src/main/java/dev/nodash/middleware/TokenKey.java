package dev.nodash.middleware;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/**
 * What tokens are verified by. The key alone decides the algorithm (RFC 8725, section 3.1): HS256 for a secret, RS256 for
 * RSA, ES256, ES384 or ES512 for a curve of NIST, EdDSA for Ed25519. It is never shown. It knows nothing of the library that
 * verifies, which not every function carries.
 */
public final class TokenKey implements TokenKeys {
  private static final int MIN_SECRET_BYTES = 32;
  private static final int MIN_RSA_BITS = 2048;
  private static final List<String> KINDS = List.of("RSA", "EC", "Ed25519");

  private final Key key;

  private TokenKey(Key key) {
    this.key = key;
  }

  /**
   * A secret that the issuer shares.
   *
   * @throws IllegalArgumentException if it has fewer than 32 bytes (RFC 7518, section 3.2); the message says so in words
   */
  public static TokenKey ofSecret(byte[] secret) {
    if (secret.length < MIN_SECRET_BYTES) {
      throw new IllegalArgumentException("must have at least " + MIN_SECRET_BYTES + " bytes");
    }
    // A key made for the length of its bytes would be one of HS384 from 48 bytes on and fit no HS256 token.
    return new TokenKey(new SecretKeySpec(secret, "HmacSHA256"));
  }

  /**
   * The issuer's public key.
   *
   * @param text SubjectPublicKeyInfo as PEM (RFC 7468, section 13), or the base64 inside it; {@code \n} may stand for a line's
   * end, as where a variable can have but one line
   * @throws IllegalArgumentException if it is none that can be used; the message says so in words
   */
  public static TokenKey ofPublicKey(String text) {
    var body = text.replace("\\n", "\n").replace("-----BEGIN PUBLIC KEY-----", "").replace("-----END PUBLIC KEY-----",
        "");
    var spec = new X509EncodedKeySpec(decoded(body.replaceAll("\\s", "")));
    return new TokenKey(checked(KINDS.stream().map(kind -> read(kind, spec)).flatMap(Optional::stream).findFirst()
        .orElseThrow(TokenKey::noKey)));
  }

  /**
   * A key that an issuer publishes.
   *
   * @throws IllegalArgumentException if it cannot be used; the message says so in words
   */
  static TokenKey of(PublicKey key) {
    if (!(key instanceof RSAPublicKey || key instanceof ECPublicKey || key instanceof EdECPublicKey)) {
      throw noKey();
    }
    return new TokenKey(checked(key));
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw noKey();
    }
  }

  private static IllegalArgumentException noKey() {
    return new IllegalArgumentException(
        "must be a public key in PEM (-----BEGIN PUBLIC KEY-----) of RSA, P-256, P-384, P-521 or Ed25519");
  }

  private static Optional<PublicKey> read(String kind, X509EncodedKeySpec spec) {
    try {
      return Optional.of(KeyFactory.getInstance(kind).generatePublic(spec));
    } catch (InvalidKeySpecException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PublicKey checked(PublicKey key) {
    if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
      throw new IllegalArgumentException("must have at least " + MIN_RSA_BITS + " bits, as an RSA key");
    }
    if (key instanceof ECPublicKey curve && !List.of(256, 384, 521).contains(bits(curve))) {
      throw noKey();
    }
    return key;
  }

  private static int bits(ECPublicKey key) {
    return key.getParams().getOrder().bitLength();
  }

  Key key() {
    return key;
  }

  /** The name of its one algorithm (RFC 7518, section 3.1; RFC 8037, section 3.1). */
  String algorithm() {
    return switch (key) {
      case RSAPublicKey _ -> "RS256";
      case EdECPublicKey _ -> "EdDSA";
      case ECPublicKey curve -> switch (bits(curve)) {
        case 256 -> "ES256";
        case 384 -> "ES384";
        default -> "ES512";
      };
      default -> "HS256";
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenKey it && key.equals(it.key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
