package dev.nodash.storage.flatfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Ids as names of files: the id itself where it is {@code [a-z0-9_-]{1,64}}, else {@code ~} and the hex SHA-256 of its
 * UTF-8. Two ids never share a name, not even on a file system that ignores case or normalises Unicode, and no name
 * leaves its folder.
 */
final class Names {
  private static final Pattern PLAIN = Pattern.compile("[a-z0-9_-]{1,64}");
  private static final String HASHED = "~";

  private Names() {}

  static String of(Tenant tenant) {
    return encode(tenant.id().value());
  }

  static String of(UserId user) {
    return encode(user.value());
  }

  /** Whether the name is the id itself, so that the file need not say it again. */
  static boolean isPlain(String name) {
    return PLAIN.matcher(name).matches();
  }

  private static String encode(String id) {
    return isPlain(id) ? id : HASHED + HexFormat.of().formatHex(sha256(utf8(id)));
  }

  private static ByteBuffer utf8(String id) {
    try {
      return UTF_8.newEncoder().encode(CharBuffer.wrap(id));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("an id with a lone surrogate has no name", e);
    }
  }

  private static byte[] sha256(ByteBuffer bytes) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
