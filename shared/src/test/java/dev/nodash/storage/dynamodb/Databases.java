package dev.nodash.storage.dynamodb;

import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.dynamodb.DynamoDbDatabase.Options;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Databases as tests open them. */
final class Databases {
  static final Duration DEADLINE = Duration.ofSeconds(6);

  private Databases() {}

  static DynamoDbDatabase open(String url) {
    return open(url, "nodash-", SchemaMode.AUTO);
  }

  static DynamoDbDatabase open(String url, String prefix, SchemaMode schema) {
    return new DynamoDbDatabase(new Options(prefix, Optional.of(URI.create(url)), schema), DEADLINE, true);
  }
}
