package dev.nodash.storage.dynamodb;

import dev.nodash.json.JsonBuilder;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.kit.DeduplicatorContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class DynamoDbDeduplicatorTest extends DeduplicatorContract {
  private static final String PREFIX = "deduplicator-test-";
  private static DynamoDbDeduplicator deduplicator;
  private static DynamoDbDeduplicator second;

  /** Without the removal of what has expired, since the contract's time has long passed. */
  @BeforeAll
  static void open() {
    var database = Databases.open(DynamoDbEngine.shared().url(), PREFIX, SchemaMode.AUTO);
    deduplicator = new DynamoDbDeduplicator(database, TTL, LEASE);
    second = new DynamoDbDeduplicator(Databases.open(DynamoDbEngine.shared().url(), PREFIX, SchemaMode.AUTO), TTL,
        LEASE);
    var off = new JsonBuilder().add("AttributeName", Shape.EXPIRES).add("Enabled", false).end();
    database.write("UpdateTimeToLive",
        new JsonBuilder().add("TableName", PREFIX + "deduplication").add("TimeToLiveSpecification", off).end(),
        database.tries());
  }

  @AfterAll
  static void close() {
    deduplicator.close();
    second.close();
  }

  @Override
  protected Deduplicator deduplicator() {
    return deduplicator;
  }

  @Override
  protected Deduplicator second() {
    return second;
  }
}
