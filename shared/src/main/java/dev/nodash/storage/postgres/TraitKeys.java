package dev.nodash.storage.postgres;

/**
 * Trait keys as PostgreSQL can hold them: it takes no U+0000 in a text, so that is written {@code \0}, and a backslash
 * {@code \-}. Without its backslashes a stored key has as many bytes as the key itself.
 */
final class TraitKeys {

  private TraitKeys() {}

  static String encode(String key) {
    return key.replace("\\", "\\-").replace("\0", "\\0");
  }

  static String decode(String stored) {
    return stored.replace("\\0", "\0").replace("\\-", "\\");
  }
}
