package dev.nodash.storage.redis;

import dev.nodash.storage.StoreUnavailable;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the connection in the background, so that a process starts while its Redis is away, and opens it again for the
 * first call that finds it gone: one attempt in {@value #PAUSE_MILLIS} ms at most, and meanwhile calls fail at once.
 *
 * <p>The driver's own reconnecting is off, because it sends again what was not answered, long after the caller has given
 * up.
 */
final class Connector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Connector.class);
  private static final int PAUSE_MILLIS = 500;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  /** Calls sent and not yet answered. */
  private static final int MAX_PENDING = 10_000;

  private final String server;
  private final RedisURI uri;
  private final RedisClient client = RedisClient.create();
  private Attempt attempt;
  private boolean closed;

  /** Begins to connect. */
  Connector(RedisUrl url) {
    this.server = url.server();
    this.uri = url.driverUri();
    uri.setTimeout(CONNECT_TIMEOUT);
    client.setOptions(ClientOptions.builder().autoReconnect(false).requestQueueSize(MAX_PENDING)
        .timeoutOptions(TimeoutOptions.create()).maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).keepAlive(true).build()).build());
    this.attempt = connect();
  }

  /** The open connection, waited for until that time of {@link System#nanoTime}. */
  StatefulRedisConnection<String, String> open(long until) {
    StatefulRedisConnection<String, String> connection;
    try {
      connection = current().connection().get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw Failures.classify(e, false, server);
    }
    if (!connection.isOpen()) {
      throw new StoreUnavailable("Redis at " + server + " cannot be reached: the connection was lost");
    }
    return connection;
  }

  private synchronized Attempt current() {
    if (closed) {
      throw new StoreUnavailable("the connection to Redis is closed");
    }
    if (attempt.isOver()) {
      attempt = connect();
    }
    return attempt;
  }

  private Attempt connect() {
    var startedAt = System.nanoTime();
    var connection = client.connectAsync(StringCodec.UTF8, uri).toCompletableFuture();
    return new Attempt(connection.thenApply(this::warned), startedAt);
  }

  /** Closes a connection that is of no use; the next call opens another. */
  synchronized void giveUp(StatefulRedisConnection<String, String> connection) {
    if (connection.isOpen()) {
      var _ = connection.closeAsync();
    }
  }

  /** Says so if the server may evict what is not to be forgotten; one that does not tell is believed. */
  private StatefulRedisConnection<String, String> warned(StatefulRedisConnection<String, String> connection) {
    connection.async().info("memory").thenAccept(info -> {
      if (evicts(info)) {
        LOG.warn("Redis at {} evicts keys when its memory is full: a limit may then admit more, and a duplicate is left"
            + " to the store to find; set maxmemory-policy to noeviction", server);
      }
    });
    return connection;
  }

  /** Whether the section "memory" of a server's INFO has a bound and a policy that evicts. */
  static boolean evicts(String info) {
    return info.lines().anyMatch(line -> line.startsWith("maxmemory:") && !line.equals("maxmemory:0"))
        && info.lines().anyMatch(line -> line.startsWith("maxmemory_policy:") && !line.endsWith(":noeviction"));
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    client.shutdown(Duration.ZERO, CLOSE_TIMEOUT);
  }

  /** One attempt to connect, and the connection it led to. */
  private record Attempt(CompletableFuture<StatefulRedisConnection<String, String>> connection, long startedAt) {

    /** Whether it failed or its connection is gone, and the next one may begin. */
    boolean isOver() {
      return connection.isDone() && System.nanoTime() - startedAt > PAUSE_NANOS
          && (connection.isCompletedExceptionally() || !connection.resultNow().isOpen());
    }
  }
}
