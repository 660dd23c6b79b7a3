package dev.nodash.storage.dynamodb;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.EventId;
import dev.nodash.model.JsonText;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.Owner;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Claims and done events as items of one table:
 *
 * <pre>
 * deduplication   id &lt;tenant&gt;#&lt;event id&gt;   owner, until      claimed, until the end of the lease
 *                                              until             done, until the end of the ttl
 * </pre>
 *
 * {@code until} is microseconds since the epoch by the caller's clock, so that a clock that is wrong by as much as a lease
 * ends claims of others too early; {@code expires} is the same in seconds, rounded up, for DynamoDB to remove the item.
 * An item that is over counts as gone, removed or not.
 *
 * <p>Guarantee: each method is one conditional write, so all processes see each other's claims. Limits: none on the number
 * of ids.
 */
public final class DynamoDbDeduplicator implements Deduplicator {
  private static final Shape TABLE = new Shape("deduplication", new Shape.Key("id", Optional.empty()), Optional.empty(),
      true);

  private final DynamoDbDatabase database;
  private final Duration ttl;
  private final Duration lease;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Keeps the database open until it is closed.
   *
   * @param ttl for how long a done event is remembered, 1 second or more
   * @param lease how long a claim is held at most
   * @throws IllegalStateException if the table is not as it must be
   */
  public DynamoDbDeduplicator(DynamoDbDatabase database, Duration ttl, Duration lease) {
    database.prepare(TABLE);
    this.database = database;
    this.ttl = ttl;
    this.lease = lease;
    database.retain();
  }

  @Override
  public Claim claim(Tenant tenant, EventId id, Owner owner, Instant now) {
    var until = now.plus(lease);
    var item = key(tenant, id).text("owner", owner.token().toString()).number("until", micros(until))
        .number(Shape.EXPIRES, expires(until));
    var request = new JsonBuilder().add("TableName", database.table(TABLE)).add("Item", item.json())
        .add("ConditionExpression", "attribute_not_exists(id) OR #until <= :now")
        .add("ExpressionAttributeNames", new JsonBuilder().add("#until", "until").end())
        .add("ExpressionAttributeValues", new Item().number(":now", micros(now)).json())
        .add("ReturnValuesOnConditionCheckFailure", "ALL_OLD").end();
    var tries = database.tries();
    try {
      database.call("PutItem", request, tries);
      return Claim.FRESH;
    } catch (Fault e) {
      if (!e.is(Fault.CONDITION)) {
        throw e.told(tries.isCertain());
      }
      return found(e.item().flatMap(old -> old.textIf("owner")), owner);
    }
  }

  /** What a claim found: its own, where the answer to its first try was lost. */
  private static Claim found(Optional<String> holder, Owner owner) {
    if (holder.isEmpty()) {
      return Claim.DONE;
    }
    return holder.get().equals(owner.token().toString()) ? Claim.FRESH : Claim.IN_FLIGHT;
  }

  @Override
  public boolean confirm(Tenant tenant, EventId id, Owner owner, Instant now) {
    var until = now.plus(ttl);
    var request = new JsonBuilder().add("TableName", database.table(TABLE)).add("Key", key(tenant, id).json())
        .add("UpdateExpression", "SET #until = :until, #expires = :expires REMOVE #owner")
        .add("ConditionExpression", "#owner = :owner AND #until > :now")
        .add("ExpressionAttributeNames",
            new JsonBuilder().add("#until", "until").add("#expires", Shape.EXPIRES).add("#owner", "owner").end())
        .add("ExpressionAttributeValues",
            new Item().number(":until", micros(until)).number(":expires", expires(until)).number(":now", micros(now))
                .text(":owner", owner.token().toString()).json())
        .end();
    return isMet("UpdateItem", request);
  }

  @Override
  public boolean release(Tenant tenant, EventId id, Owner owner) {
    var request = new JsonBuilder().add("TableName", database.table(TABLE)).add("Key", key(tenant, id).json())
        .add("ConditionExpression", "#owner = :owner")
        .add("ExpressionAttributeNames", new JsonBuilder().add("#owner", "owner").end())
        .add("ExpressionAttributeValues", new Item().text(":owner", owner.token().toString()).json()).end();
    return isMet("DeleteItem", request);
  }

  private boolean isMet(String operation, JsonText request) {
    var tries = database.tries();
    try {
      database.call(operation, request, tries);
      return true;
    } catch (Fault e) {
      if (!e.is(Fault.CONDITION)) {
        throw e.told(tries.isCertain());
      }
      return false;
    }
  }

  private static Item key(Tenant tenant, EventId id) {
    return new Item().text("id", tenant + "#" + id);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static long expires(Instant until) {
    return until.getEpochSecond() + 1;
  }

  @Override
  public Window window(Instant now) {
    return new Window(ttl, Long.MAX_VALUE);
  }

  @Override
  public Health check() {
    return database.check(TABLE);
  }

  @Override
  public Set<Guarantee> guarantees() {
    return Set.of(Guarantee.SHARED);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      database.release();
    }
  }
}
