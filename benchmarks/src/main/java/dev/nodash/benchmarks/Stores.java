package dev.nodash.benchmarks;

import dev.nodash.model.Actor;
import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.EventTime;
import dev.nodash.model.EventType;
import dev.nodash.model.JsonText;
import dev.nodash.model.Relations;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.BulkEventStore.Batch;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.clickhouse.ClickHouseEngine;
import dev.nodash.storage.clickhouse.ClickHouseEventStore;
import dev.nodash.storage.clickhouse.ClickHouseUrl;
import dev.nodash.storage.postgres.PostgresDatabase;
import dev.nodash.storage.postgres.PostgresEngine;
import dev.nodash.storage.postgres.PostgresEventStore;
import dev.nodash.storage.postgres.PostgresUrl;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the benchmark of the stores needs besides the runner:
 *
 * <ul>
 * <li>{@code Stores engine <clickhouse|postgres>} starts a real engine, prints its URL and runs until its input ends.
 * <li>{@code Stores driver <clickhouse|postgres> <url> <seconds>} stores batches of 64 of the load's events one after the
 * other, with nothing around the driver, and prints events a second.
 * </ul>
 */
public final class Stores {
  private static final int BATCH = 64;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private Stores() {}

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "engine" -> engine(args[1]);
      case "driver" -> System.out.println(rate(args[1], args[2], Integer.parseInt(args[3])));
      default -> throw new IllegalArgumentException("engine or driver");
    }
  }

  private static void engine(String name) throws Exception {
    try (var engine = name.equals("clickhouse") ? ClickHouseEngine.start() : PostgresEngine.start()) {
      System.out.println(engine.url());
      while (System.in.read() >= 0) {
        // Whoever started it holds its input open.
      }
    }
  }

  private static long rate(String name, String url, int seconds) {
    try (var store = open(name, url)) {
      run(store, seconds, 0);
      return run(store, seconds, 1_000_000_000) / seconds;
    }
  }

  private static BulkEventStore open(String name, String url) {
    return name.equals("clickhouse")
        ? new ClickHouseEventStore(ClickHouseUrl.parse(url), new ClickHouseEventStore.Options(SchemaMode.AUTO,
            ClickHouseEventStore.Inserts.BATCHED, ClickHouseEventStore.Durability.FSYNC, Optional.empty(), DEADLINE))
        : new PostgresEventStore(PostgresDatabase.open(PostgresUrl.parse(url), 1, DEADLINE, SchemaMode.AUTO, true));
  }

  private static long run(BulkEventStore store, int seconds, int first) {
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    int count = 0;
    for (; System.nanoTime() < end; count += BATCH) {
      int from = first + count;
      store.appendAll(IntStream.range(from, from + BATCH)
          .mapToObj(i -> new Batch(Tenant.of("tenant1"), List.of(event(i)))).toList());
    }
    return count;
  }

  private static Event event(int number) {
    var now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);
    var messageId = "driver-" + number + "-" + System.nanoTime();
    return new Event(EventId.ofMessage(Tenant.of("tenant1").id(), messageId), EventType.TRACK, Optional.of(messageId),
        "user_signup", Actor.user(new UserId("user" + number % 1000)), Relations.NONE,
        Optional.of(new JsonText("{\"plan\":\"premium\",\"source\":\"web\",\"value\":12.5,\"items\":[\"a\",\"b\"]}")),
        Optional.empty(), Optional.of(new JsonText("{\"library\":{\"name\":\"bench\",\"version\":\"1.0\"}}")),
        EventTime.received(now));
  }
}
