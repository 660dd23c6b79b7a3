package dev.nodash.storage.redis;

import dev.nodash.storage.Health;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Calls a Redis over one connection, on which all threads send at once. The connection is given up for a new one if
 * nothing at all came back while a call waited, as when a host is gone without a word, and if it leads to a server that
 * has become a replica.
 */
final class RedisConnection implements AutoCloseable {
  private static final Duration CHECK_DEADLINE = Duration.ofSeconds(1);

  private final String server;
  private final Duration deadline;
  private final Connector connector;
  private volatile long answeredAt = System.nanoTime();

  /**
   * Begins to connect.
   *
   * @param deadline how long a call may take, waiting for the connection included
   */
  RedisConnection(RedisUrl url, Duration deadline) {
    if (!deadline.isPositive()) {
      throw new IllegalArgumentException("deadline: " + deadline + ", must be more than nothing");
    }
    this.server = url.server();
    this.deadline = deadline;
    this.connector = new Connector(url);
  }

  /**
   * Runs a script and answers the numbers it returns. A server that does not know the script, because it was started
   * again or was told to forget, is sent its text.
   */
  List<Long> run(Script script, List<String> keys, List<String> arguments) {
    var until = System.nanoTime() + deadline.toNanos();
    var connection = connector.open(until);
    var on = keys.toArray(String[]::new);
    var with = arguments.toArray(String[]::new);
    try {
      return answer(connection, redis -> redis.evalsha(script.digest(), ScriptOutputType.MULTI, on, with), until);
    } catch (StoreUnavailable e) {
      if (e.getCause() instanceof RedisNoScriptException) {
        return answer(connection, redis -> redis.eval(script.text(), ScriptOutputType.MULTI, on, with), until);
      }
      throw e;
    }
  }

  Health check() {
    var until = System.nanoTime() + CHECK_DEADLINE.toNanos();
    try {
      answer(connector.open(until), RedisAsyncCommands::ping, until);
      return Health.HEALTHY;
    } catch (StoreException e) {
      return Health.unhealthy(String.valueOf(e.getMessage()));
    }
  }

  private <T> T answer(StatefulRedisConnection<String, String> connection,
      Function<RedisAsyncCommands<String, String>, RedisFuture<T>> command, long until) {
    var sentAt = System.nanoTime();
    var reply = command.apply(connection.async());
    try {
      var answer = reply.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      answeredAt = System.nanoTime();
      return answer;
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      reply.cancel(false);
      var isSilent = e instanceof TimeoutException && answeredAt - sentAt < 0;
      if (isSilent || Failures.isReplica(e)) {
        connector.giveUp(connection);
      }
      throw Failures.classify(e, true, server);
    }
  }

  @Override
  public void close() {
    connector.close();
  }
}
