package dev.nodash.runner;

import dev.nodash.storage.clickhouse.ClickHouseEngine;
import dev.nodash.storage.dynamodb.DynamoDbEngine;
import dev.nodash.storage.postgres.PostgresEngine;
import dev.nodash.storage.redis.RedisEngine;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The three real engines of a production deployment, and the queries that a user would write. */
record Engines(ClickHouseEngine clickHouse, PostgresEngine postgres, RedisEngine redis) implements AutoCloseable {

  static Engines start() {
    return new Engines(ClickHouseEngine.start(), PostgresEngine.start(), RedisEngine.start());
  }

  /** Events in ClickHouse, users in PostgreSQL, counts and claims in Redis. */
  Map<String, String> trio() {
    return Map.of("STORE_EVENTS", "clickhouse", "STORE_USERS", "postgres", "STORE_RATELIMIT", "redis",
        "CLICKHOUSE_URL", clickHouse.url(), "POSTGRES_URL", postgres.url(), "REDIS_URL", redis.url());
  }

  /** Events and users in PostgreSQL, the rest in the process. */
  Map<String, String> postgresAlone() {
    return Map.of("STORE_EVENTS", "postgres", "STORE_USERS", "postgres", "POSTGRES_URL", postgres.url());
  }

  /** Events, users and claims in DynamoDB. */
  static Map<String, String> on(DynamoDbEngine dynamoDb) {
    var settings = new HashMap<>(dynamoDb.environment());
    settings.putAll(Map.of("STORE_EVENTS", "dynamodb", "STORE_USERS", "dynamodb", "STORE_DEDUPLICATION", "dynamodb"));
    return settings;
  }

  static Map<String, String> with(Map<String, String> settings, String... more) {
    var all = new HashMap<>(settings);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  /** How many events each message of a prefix has become, by tenant and message id, in ClickHouse. */
  Map<List<String>, Integer> clickHouseEvents(String prefix) {
    var rows = clickHouse
        .sql("SELECT tenant_id, message_id, count() FROM events WHERE startsWith(message_id, '" + prefix
            + "') GROUP BY tenant_id, message_id");
    return rows.lines().map(line -> line.split("\t", -1))
        .collect(Collectors.toMap(row -> List.of(row[0], row[1]), row -> Integer.parseInt(row[2])));
  }

  /** The same in PostgreSQL. */
  Map<List<String>, Integer> postgresEvents(String prefix) {
    var counts = new HashMap<List<String>, Integer>();
    for (var row : postgresRows("SELECT tenant_id, message_id, count(*)::text FROM nodash.events"
        + " WHERE starts_with(message_id, '" + prefix + "') GROUP BY tenant_id, message_id")) {
      counts.put(row.subList(0, 2), Integer.parseInt(row.get(2)));
    }
    return counts;
  }

  /** The traits of users that a message brought: tenant, user and message id. */
  List<List<String>> traits() {
    return postgresRows("SELECT tenant_id, user_id, key FROM nodash.user_traits");
  }

  List<List<String>> postgresRows(String query) {
    try (var connection = DriverManager.getConnection("jdbc:" + postgres.url().replaceFirst("postgres@", "")
        + "?user=postgres"); var statement = connection.createStatement(); var rows = statement.executeQuery(query)) {
      var all = new ArrayList<List<String>>();
      while (rows.next()) {
        var row = new ArrayList<String>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.add(rows.getString(i));
        }
        all.add(row);
      }
      return all;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  void postgresDo(String statement) {
    try (var connection = DriverManager.getConnection("jdbc:" + postgres.url().replaceFirst("postgres@", "")
        + "?user=postgres"); var all = connection.createStatement()) {
      all.execute(statement);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    clickHouse.close();
    postgres.close();
    redis.close();
  }
}
