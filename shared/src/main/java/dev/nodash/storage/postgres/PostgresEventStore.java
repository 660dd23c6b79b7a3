package dev.nodash.storage.postgres;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.Cursor;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.Page;
import dev.nodash.storage.Retention;
import dev.nodash.storage.postgres.EventTable.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Events as rows of one table, which is not partitioned, so that one unique index covers an id for good:
 *
 * <pre>
 * events(tenant_id, event_id, event_type, event_name, message_id, user_id, anonymous_id, session_id, device_id,
 *        timestamp, received_at, sent_timestamp, properties, traits, context, category, group_id, previous_id, sent_at,
 *        skew_corrected)
 * PRIMARY KEY (event_id, tenant_id); an index (tenant_id, timestamp, event_id); a BRIN index (received_at)
 * </pre>
 *
 * What was sent as JSON is kept as text. An append is one statement of constant text, whatever the number of rows, with
 * the rows in the order of their key, so that no two of them wait for each other in a circle. {@code INSERT … ON CONFLICT
 * DO NOTHING} looks for each row first; {@code COPY}, which does not, is a quarter cheaper, takes two round trips and is
 * refused whole where a row is there already. So many rows at once are copied, inserted if that is refused, and so are
 * those of the next batches, since retries come in bursts.
 *
 * <p>Guarantee: an append that returns is committed, whole. An event is stored once for as long as it is there, whatever
 * batch and process it comes in, and duplicates are told exactly. It survives a crash of the engine unless the engine is
 * set to {@code fsync=off} or {@code synchronous_commit=off}, of which {@link #guarantees()} tells.
 *
 * <p>Limits: a page counts all rows that match, which takes its time with many millions; rows are deleted by
 * {@link #deleteBefore} only, and an id that it deleted may be stored again.
 */
public final class PostgresEventStore implements BulkEventStore, EventReader, Retention {
  private static final int DELETED_AT_ONCE = 10_000;
  private static final String INSERT = "INSERT INTO $events (" + EventTable.NAMES + ") SELECT * FROM unnest("
      + EventTable.ARRAYS + ") ON CONFLICT (tenant_id, event_id) DO NOTHING RETURNING tenant_id, event_id";
  private static final String COPY = "COPY $events (" + EventTable.NAMES + ") FROM STDIN (FORMAT binary)";
  /** From how many rows on COPY costs less than INSERT. */
  private static final int LEAST_COPIED = 16;
  /** How many batches are inserted after a COPY was refused. */
  private static final int INSERTED_NEXT = 16;
  /** A row is there already, or a policy for rows is, under which nothing can be copied. */
  private static final Set<String> TO_INSERT = Set.of("23505", "0A000");
  /** Finds the oldest rows tenant by tenant, since the index by time begins with the tenant. */
  private static final String DELETE = """
      WITH RECURSIVE tenants AS (
        SELECT min(tenant_id) AS tenant FROM $events
        UNION ALL
        SELECT (SELECT min(tenant_id) FROM $events WHERE tenant_id > tenant) FROM tenants WHERE tenant IS NOT NULL
      )
      DELETE FROM $events WHERE ctid = ANY (ARRAY(
        SELECT old.ctid FROM tenants, LATERAL (
          SELECT ctid FROM $events WHERE tenant_id = tenant AND timestamp < ? ORDER BY timestamp LIMIT $limit
        ) AS old
        LIMIT $limit
      ))""".replace("$limit", Integer.toString(DELETED_AT_ONCE));
  private static final Comparator<Key> ORDER = Comparator.comparing((Key key) -> key.tenant().id().value())
      .thenComparing(Key::id);

  private final PostgresDatabase database;
  private final Table table;
  private final String copy;
  private final String insert;
  private final String delete;
  /** How many of the next batches are inserted. */
  private final AtomicInteger inserts = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Keeps the database open until it is closed. */
  public PostgresEventStore(PostgresDatabase database) {
    this.database = database;
    this.table = new Table(database, "events");
    this.copy = COPY.replace("$events", table.name());
    this.insert = INSERT.replace("$events", table.name());
    this.delete = DELETE.replace("$events", table.name());
    database.retain();
  }

  @Override
  public List<Set<EventId>> appendAll(List<Batch> batches) {
    var rows = new TreeMap<Key, Row>(ORDER);
    for (var batch : batches) {
      for (var event : batch.events()) {
        rows.putIfAbsent(new Key(batch.tenant(), event.id()), new Row(batch.tenant(), event));
      }
    }
    var fresh = rows.isEmpty() ? new HashSet<Key>() : store(rows);
    var answers = new ArrayList<Set<EventId>>();
    for (var batch : batches) {
      answers.add(batch.before(fresh));
    }
    return answers;
  }

  private Set<Key> store(SortedMap<Key, Row> rows) {
    if (rows.size() < LEAST_COPIED || inserts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return insert(rows.values());
    }
    try {
      database.copy(copy, EventTable.copied(rows.values()));
      return rows.keySet();
    } catch (SQLException e) {
      if (!TO_INSERT.contains(String.valueOf(e.getSQLState()))) {
        throw Failures.of(e, true);
      }
      inserts.set(INSERTED_NEXT);
      return insert(rows.values());
    }
  }

  private Set<Key> insert(Collection<Row> rows) {
    return database.write(insert, statement -> {
      EventTable.bind(statement, rows);
      var fresh = new HashSet<Key>();
      for (var keys = statement.executeQuery(); keys.next();) {
        fresh.add(new Key(Tenant.of(keys.getString("tenant_id")), EventTable.id(keys)));
      }
      return fresh;
    });
  }

  @Override
  public boolean contains(Tenant tenant, EventId id) {
    var where = new Where().and("tenant_id = ?", tenant.id().value()).and("event_id = ?", id.value());
    return !table.select("event_id", where, "", EventTable::id).isEmpty();
  }

  @Override
  public Deduplicator.Window window(Instant now) {
    return Deduplicator.Window.UNBOUNDED;
  }

  @Override
  public Page<Event> events(Tenant tenant, Query query) {
    var after = query.cursor().map(Cursor::position);
    var where = new Where().and("tenant_id = ?", tenant.id().value())
        .andIf("user_id = ?", query.user().map(UserId::value)).andIf("event_name = ?", query.event())
        .andIf("timestamp >= ?", query.from()).andIf("timestamp < ?", query.to());
    var total = table.count(where);
    after.ifPresent(place -> where.and("(timestamp, event_id) > (?, ?)", place.timestamp(), place.id().value()));
    var rows = table.select(EventTable.NAMES, where,
        " ORDER BY timestamp, event_id LIMIT " + (query.limit() + 1), EventTable::event);
    var more = rows.size() > query.limit();
    return Page.of(more ? rows.subList(0, query.limit()) : rows, total, more,
        last -> Cursor.of(Cursor.Position.of(last)));
  }

  @Override
  public boolean deleteBefore(Instant cutoff) {
    return database.write(delete, statement -> {
      statement.setObject(1, Where.timestamp(cutoff));
      return statement.executeUpdate() == DELETED_AT_ONCE;
    });
  }

  @Override
  public Set<Guarantee> guarantees() {
    var guarantees = new HashSet<>(Set.of(Guarantee.SHARED, Guarantee.ONCE, Guarantee.TELLS_DUPLICATES));
    if (database.isDurable()) {
      guarantees.add(Guarantee.SURVIVES_CRASH);
    }
    return guarantees;
  }

  @Override
  public Health check() {
    return database.check();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      database.release();
    }
  }
}
