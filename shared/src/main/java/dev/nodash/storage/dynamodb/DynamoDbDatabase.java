package dev.nodash.storage.dynamodb;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.JsonText;
import dev.nodash.storage.Health;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * DynamoDB in one region, and the client that the stores on it share. It is closed with the last of them.
 *
 * <p>A call is tried {@value Tries#MAX} times at most while the service throttles or fails, within its deadline. Every
 * operation of the stores may be tried again though an answer was lost, since it recognises what it has written.
 */
public final class DynamoDbDatabase {
  /** How long a connection may take, and an answer. */
  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration ANSWER = Duration.ofSeconds(3);

  private final Options options;
  private final boolean prepares;
  private final Client client;
  private final Duration time;
  private final AtomicInteger stores = new AtomicInteger();
  private volatile boolean closed;

  /**
   * How the service is used.
   *
   * @param prefix of the tables' names
   * @param endpoint where to call instead of the region's endpoint
   */
  public record Options(String prefix, Optional<URI> endpoint, SchemaMode schema) {}

  /**
   * Finds the region; calls nothing.
   *
   * @param deadline how long an operation may take in all, 5 seconds or more
   * @param prepares whether its stores see to their tables when they are opened; who only asks for their health need not
   * @throws IllegalStateException if there is no region
   */
  public DynamoDbDatabase(Options options, Duration deadline, boolean prepares) {
    this.options = options;
    this.prepares = prepares;
    this.time = deadline.minus(CONNECT).minus(ANSWER);
    if (time.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("deadline: " + deadline + ", must be 5 seconds or more");
    }
    this.client = new Client(options.endpoint(), CONNECT, ANSWER);
  }

  /** Tries that begin now. */
  Tries tries() {
    return new Tries(time);
  }

  String table(Shape shape) {
    return options.prefix() + shape.name();
  }

  /**
   * Sees to it that the table is there, as {@link SchemaMode} says.
   *
   * @throws IllegalStateException if it is not, or not as it must be, in words
   */
  void prepare(Shape shape) {
    if (prepares) {
      new Schema(this, client.toString()).prepare(shape, options.schema());
    }
  }

  /** Calls; what fails for another condition or for no table is the caller's. */
  Map<String, Object> call(String operation, JsonText body, Tries tries) throws Fault {
    if (closed) {
      throw new StoreUnavailable(client + " is closed");
    }
    while (true) {
      try {
        return client.call(operation, body);
      } catch (Fault e) {
        if (!tries.again(e)) {
          throw e;
        }
      }
    }
  }

  /**
   * Calls, and tells faults as the ports do.
   *
   * @throws StoreException if it could not be done
   */
  Map<String, Object> write(String operation, JsonText body, Tries tries) {
    try {
      return call(operation, body, tries);
    } catch (Fault e) {
      throw e.told(tries.isCertain());
    }
  }

  /**
   * Calls for something to read.
   *
   * @throws StoreUnavailable if there is no answer
   */
  Map<String, Object> read(String operation, JsonText body) {
    try {
      return call(operation, body, tries());
    } catch (Fault e) {
      throw new StoreUnavailable("DynamoDB: " + e.getMessage(), e);
    }
  }

  /** The item as it is now. */
  Optional<Item> get(Shape shape, Item key) {
    var request = new JsonBuilder().add("TableName", table(shape)).add("Key", key.json()).add("ConsistentRead", true);
    return Optional.ofNullable(read("GetItem", request.end()).get("Item")).map(Item::of);
  }

  /** By reading an item that is not there, once. */
  Health check(Shape shape) {
    var key = new Item();
    key.text(shape.key().partition(), "health");
    shape.key().sort().ifPresent(name -> key.text(name, "health"));
    var request = new JsonBuilder().add("TableName", table(shape)).add("Key", key.json());
    if (closed) {
      return Health.unhealthy(client + " is closed");
    }
    try {
      return client.call("GetItem", request.end()).isEmpty() ? Health.HEALTHY : foreign(shape);
    } catch (Fault e) {
      return Health.unhealthy(client + ", table " + table(shape) + ": " + e.getMessage());
    }
  }

  private Health foreign(Shape shape) {
    return Health.unhealthy(client + ", table " + table(shape) + " has an item that is not of Nodash");
  }

  /** One more store is on it. */
  void retain() {
    stores.incrementAndGet();
  }

  /** One less store is on it. */
  void release() {
    if (stores.decrementAndGet() == 0) {
      closed = true;
    }
  }

  /** The member of an answer that is an object. */
  static Map<?, ?> object(Map<?, ?> answer, String name) {
    return answer.get(name) instanceof Map<?, ?> map ? map : Map.of();
  }

  /** The member of an answer that is a text. */
  static @Nullable String text(Map<?, ?> answer, String name) {
    return answer.get(name) instanceof String text ? text : null;
  }
}
