package dev.nodash.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A test's own look at a Redis, beside what is tested. */
record Probe(RedisUrl url, RedisClient client, StatefulRedisConnection<String, String> plain)
    implements
      AutoCloseable {

  static Probe of(RedisEngine engine) {
    return of(engine.url());
  }

  static Probe of(String url) {
    var client = RedisClient.create(url);
    return new Probe(new RedisUrl(url), client, client.connect());
  }

  /** A connection as the backend has it, patient with a busy machine. */
  RedisConnection connection() {
    return new RedisConnection(url, Duration.ofSeconds(10));
  }

  RedisCommands<String, String> commands() {
    return plain.sync();
  }

  List<String> keys() {
    return commands().keys("*");
  }

  /** How long until the key expires; negative if it never does. */
  Duration expiry(String key) {
    return Duration.ofMillis(commands().pttl(key));
  }

  long bytes(String key) {
    return commands().memoryUsage(key);
  }

  /** How many connections were ever made to the server. */
  long connections() {
    return commands().info("stats").lines().filter(line -> line.startsWith("total_connections_received:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1))).sum();
  }

  /** Lets scripts wait in the server for a minute. */
  void pauseScripts() {
    commands().dispatch(CommandType.CLIENT, new StatusOutput<>(StringCodec.UTF8),
        new CommandArgs<>(StringCodec.UTF8).add("PAUSE").add(60_000).add("WRITE"));
  }

  /** Waits until it is so, asking again and again. */
  static void eventually(Duration within, BooleanSupplier condition) {
    var until = System.nanoTime() + within.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within %s", within).isLessThan(until);
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
