package dev.nodash.storage.dynamodb;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.JsonText;
import dev.nodash.storage.SchemaMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Makes and checks tables, at start.
 *
 * <p>{@link SchemaMode#AUTO} makes a table that is missing and waits until it can be used; processes that start at the
 * same time wait for the same one. Its times to live are turned on where they are off. Nothing else about a table that is
 * there is changed. {@link SchemaMode#VERIFY} only looks.
 */
final class Schema {
  private static final Duration UNTIL_ACTIVE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final String ACTIVE = "ACTIVE";

  private final DynamoDbDatabase database;
  private final String place;

  Schema(DynamoDbDatabase database, String place) {
    this.database = database;
    this.place = place;
  }

  /**
   * Sees to it that the table is there.
   *
   * @throws IllegalStateException if it is not, or not as it must be, in words
   */
  void prepare(Shape shape, SchemaMode mode) {
    var table = database.table(shape);
    try {
      var found = described(table);
      if (found.isEmpty() && mode == SchemaMode.AUTO) {
        create(shape, table);
        found = described(table);
      }
      var lacks = shape.lacks(found.orElseThrow(
          () -> new IllegalStateException(place + " has no table " + table + "; SCHEMA_MIGRATE=auto makes it")));
      if (!lacks.isEmpty()) {
        throw new IllegalStateException(
            place + ": the table " + table + " is not one of this version, it lacks " + String.join("; ", lacks));
      }
      if (shape.expiring() && !expires(table)) {
        expire(table, mode);
      }
    } catch (Fault e) {
      throw new IllegalStateException(
          place + ": the table " + table + " cannot be looked at or made: " + e.getMessage(),
          e);
    }
  }

  /** The description of a table that can be used, waiting for one that is being made. */
  private Optional<Map<?, ?>> described(String table) throws Fault {
    long end = System.nanoTime() + UNTIL_ACTIVE.toNanos();
    while (true) {
      try {
        var found = DynamoDbDatabase.object(database.call("DescribeTable", named(table), database.tries()), "Table");
        var status = DynamoDbDatabase.text(found, "TableStatus");
        if (ACTIVE.equals(status) || "UPDATING".equals(status)) {
          return Optional.of(found);
        }
        if (System.nanoTime() > end) {
          throw new IllegalStateException(place + ": the table " + table + " is " + status + " for too long");
        }
        pause();
      } catch (Fault e) {
        if (e.is(Fault.NO_TABLE)) {
          return Optional.empty();
        }
        throw e;
      }
    }
  }

  private void create(Shape shape, String table) throws Fault {
    try {
      database.call("CreateTable", shape.creation(table), database.tries());
    } catch (Fault e) {
      // Another process makes it.
      if (!e.is(Fault.IN_USE)) {
        throw e;
      }
    }
  }

  private boolean expires(String table) throws Fault {
    var found = DynamoDbDatabase.object(database.call("DescribeTimeToLive", named(table), database.tries()),
        "TimeToLiveDescription");
    var status = String.valueOf(found.get("TimeToLiveStatus"));
    return status.startsWith("ENABL") && Shape.EXPIRES.equals(found.get("AttributeName"));
  }

  private void expire(String table, SchemaMode mode) throws Fault {
    if (mode == SchemaMode.VERIFY) {
      throw new IllegalStateException(
          place + ": the table " + table + " lacks a time to live by the attribute " + Shape.EXPIRES);
    }
    try {
      database.call("UpdateTimeToLive", new JsonBuilder().add("TableName", table).add("TimeToLiveSpecification",
          new JsonBuilder().add("AttributeName", Shape.EXPIRES).add("Enabled", true).end()).end(), database.tries());
    } catch (Fault e) {
      // Another process has just turned it on.
      if (!expires(table)) {
        throw e;
      }
    }
  }

  private static JsonText named(String table) {
    return new JsonBuilder().add("TableName", table).end();
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a table is being made", e);
    }
  }
}
