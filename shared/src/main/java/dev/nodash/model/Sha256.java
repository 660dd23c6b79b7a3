package dev.nodash.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4) of a text in UTF-8. */
public final class Sha256 {
  /** Bytes of a hash. */
  public static final int LENGTH = 32;

  /** Copied for each thread, which costs less than to look the algorithm up. */
  private static final MessageDigest FRESH = fresh();
  private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Sha256::copy);

  private Sha256() {}

  public static byte[] of(String text) {
    var digest = DIGEST.get();
    // An error may have ended the hash before this one in its middle.
    digest.reset();
    return digest.digest(text.getBytes(UTF_8));
  }

  private static MessageDigest copy() {
    try {
      return (MessageDigest) FRESH.clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the platform's own SHA-256 can be copied", e);
    }
  }

  private static MessageDigest fresh() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** The hash in lower-case hexadecimal digits. */
  public static String hex(String text) {
    return HexFormat.of().formatHex(of(text));
  }
}
