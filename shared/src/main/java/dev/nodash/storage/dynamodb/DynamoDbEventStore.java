package dev.nodash.storage.dynamodb;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.Page;
import dev.nodash.storage.PageCollector;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Events as items of one table:
 *
 * <pre>
 * events   id &lt;tenant&gt;#&lt;event id&gt;                        the key
 *          shard &lt;tenant&gt;#&lt;0 to 15&gt;, at &lt;timestamp&gt; &lt;event id&gt;   the key of the index by_time
 *          type, event, messageId, userId, anonymousId, sessionId, deviceId, receivedAt, sentTimestamp, sentAt, skewCorrected, category, groupId,
 *          previousId, properties, traits,
 *          context, expires
 * </pre>
 *
 * What is absent has no attribute; what was sent as JSON is kept as text. {@code expires}, seconds since the epoch, is there
 * where events are kept for a number of days: DynamoDB then removes the item, and until it does the item counts as gone.
 *
 * <p>Guarantee: an event is inserted where there is none with its key, so it is stored once for as long as it is there,
 * whatever batch and process it comes in, and duplicates are told exactly. What is stored is in several data centres. A
 * batch is not one transaction: each of its events is stored or not.
 *
 * <p>Limits: a reader sees an event a moment later, through the index, and reads all events of its tenant and time to find
 * those that match.
 */
public final class DynamoDbEventStore implements BulkEventStore, EventReader {
  static final Shape TABLE = new Shape("events", new Shape.Key("id", Optional.empty()),
      Optional.of(new Shape.Key("shard", Optional.of("at"))), true);
  /** Before and after every time as text. */
  private static final String FIRST = "0";
  private static final String LAST = ":";

  private final DynamoDbDatabase database;
  private final Clock clock;
  private final Optional<Duration> retention;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Keeps the database open until it is closed.
   *
   * @param retention how long after its timestamp an event is kept
   * @throws IllegalStateException if the table is not as it must be
   */
  public DynamoDbEventStore(DynamoDbDatabase database, Clock clock, Optional<Duration> retention) {
    database.prepare(TABLE);
    this.database = database;
    this.clock = clock;
    this.retention = retention;
    database.retain();
  }

  @Override
  public List<Set<EventId>> appendAll(List<Batch> batches) {
    var events = new LinkedHashMap<Key, Event>();
    for (var batch : batches) {
      batch.events().forEach(event -> events.putIfAbsent(new Key(batch.tenant(), event.id()), event));
    }
    var fresh = insert(events);
    return batches.stream().map(batch -> batch.before(fresh)).toList();
  }

  /** Inserts the events; answers the keys of those that were not there. */
  private Set<Key> insert(Map<Key, Event> events) {
    var entries = List.copyOf(events.entrySet());
    var items = entries.stream().map(it -> EventItem.of(it.getKey().tenant(), it.getValue(), retention)).toList();
    var there = new Inserts(database, TABLE).run(items);
    var fresh = new HashSet<>(events.keySet());
    for (int place : there) {
      var entry = entries.get(place);
      if (!isMine(entry.getKey(), entry.getValue(), items.get(place))) {
        fresh.remove(entry.getKey());
      }
    }
    return fresh;
  }

  /**
   * Whether what is there is this very event, received at the same time, so that an earlier try of this append stored it;
   * or takes the place of one that is over.
   */
  private boolean isMine(Key key, Event event, Item item) {
    var found = database.get(TABLE, EventItem.key(key.tenant(), key.id()));
    if (found.isPresent() && !EventItem.isOver(found.get(), clock.instant())) {
      return EventItem.event(found.get()).equals(event);
    }
    return replace(item);
  }

  private boolean replace(Item item) {
    var request = new JsonBuilder().add("TableName", database.table(TABLE)).add("Item", item.json())
        .add("ConditionExpression", "attribute_not_exists(id) OR #expires <= :now")
        .add("ExpressionAttributeNames", new JsonBuilder().add("#expires", Shape.EXPIRES).end())
        .add("ExpressionAttributeValues", new Item().number(":now", clock.instant().getEpochSecond()).json()).end();
    var tries = database.tries();
    try {
      database.call("PutItem", request, tries);
      return true;
    } catch (Fault e) {
      if (!e.is(Fault.CONDITION)) {
        throw e.told(false);
      }
      return false;
    }
  }

  @Override
  public boolean contains(Tenant tenant, EventId id) {
    return database.get(TABLE, EventItem.key(tenant, id)).filter(item -> !EventItem.isOver(item, clock.instant()))
        .isPresent();
  }

  @Override
  public Deduplicator.Window window(Instant now) {
    return Deduplicator.Window.UNBOUNDED;
  }

  @Override
  public Page<Event> events(Tenant tenant, Query query) {
    var page = PageCollector.of(query);
    var now = clock.instant();
    var from = query.from().map(EventItem::at).orElse(FIRST);
    var to = query.to().map(EventItem::at).orElse(LAST);
    Shards.query(database, TABLE, tenant, from, to, item -> {
      if (!EventItem.isOver(item, now)) {
        page.add(EventItem.event(item));
      }
    });
    return page.page();
  }

  @Override
  public Set<Guarantee> guarantees() {
    return Set.of(Guarantee.values());
  }

  @Override
  public Health check() {
    return database.check(TABLE);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      database.release();
    }
  }
}
