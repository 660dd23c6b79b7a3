package dev.nodash.storage.flatfile;

import dev.nodash.model.Sha256;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;

/**
 * Ids as names of files: the id itself where it is {@code [a-z0-9_-]{1,64}}, else {@code ~} and the hex SHA-256 of its
 * UTF-8. Two ids never share a name, not even on a file system that ignores case or normalises Unicode, and no name
 * leaves its folder.
 */
final class Names {
  private static final int MAX_PLAIN = 64;
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
    boolean plain = !name.isEmpty() && name.length() <= MAX_PLAIN;
    for (int i = 0; i < name.length() && plain; i++) {
      char c = name.charAt(i);
      plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
    return plain;
  }

  private static String encode(String id) {
    return isPlain(id) ? id : HASHED + Sha256.hex(id);
  }
}
