package dev.nodash.storage.postgres;

import dev.nodash.storage.SchemaMode;
import java.time.Duration;
import java.util.UUID;

/** Databases as tests open them. */
final class Databases {
  static final Duration DEADLINE = Duration.ofSeconds(4);

  private Databases() {}

  static PostgresDatabase open(String url) {
    return PostgresDatabase.open(PostgresUrl.parse(url), 8, DEADLINE, SchemaMode.AUTO, true);
  }

  /** The URL with a schema of its own, which is not there yet. */
  static String scratch(String url) {
    return url + "?currentSchema=s_" + UUID.randomUUID().toString().replace('-', '_');
  }
}
