package dev.nodash.storage.postgres;

import dev.nodash.model.EventId;
import dev.nodash.model.Identify;
import dev.nodash.model.JsonText;
import dev.nodash.model.Tenant;
import dev.nodash.model.Trait;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import dev.nodash.storage.Cursor;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.Page;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.HashMap;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Users as rows of one table, their traits in arrays that belong together by index:
 *
 * <pre>
 * users(tenant_id, user_id, first_seen, created_by, trait_keys[], trait_values[], trait_times[], trait_events[], bytes)
 * PRIMARY KEY (tenant_id, user_id); CONSTRAINT users_size CHECK (bytes &lt;= 1048576)
 * user_traits(tenant_id, user_id, key, value, time, event_id), a view with a row a trait
 * </pre>
 *
 * Values are the JSON text as sent, keys as {@link TraitKeys} writes them. A merge is one
 * {@code INSERT … ON CONFLICT DO UPDATE}: it locks the user's row and merges into what it holds then, so merges of one
 * user take turns, in all processes, and none can wait for two.
 *
 * <p>Guarantee: a merge that returns is committed; merging again changes nothing. A record over the limit is refused by
 * the table itself. Crashes are survived as {@link PostgresEventStore} says.
 *
 * <p>Limits: every merge writes the user's whole row, up to 1 MiB.
 */
public final class PostgresUserStore implements UserStore, UserReader {
  private static final String SIZE = "users_size";
  private static final String COLUMNS = "user_id, first_seen, created_by, trait_keys, trait_values, trait_times, trait_events";
  private static final String MERGE = """
      INSERT INTO $users AS old (tenant_id, user_id, first_seen, created_by, trait_keys, trait_values, trait_times,
        trait_events, bytes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (tenant_id, user_id) DO UPDATE SET
        first_seen = least(old.first_seen, excluded.first_seen),
        (trait_keys, trait_values, trait_times, trait_events, bytes) = (
          SELECT coalesce(array_agg(key), '{}'), coalesce(array_agg(value), '{}'), coalesce(array_agg(time), '{}'),
            coalesce(array_agg(event), '{}'),
            coalesce(sum($overhead + octet_length(replace(key, '\\', '')) + octet_length(value)), 0)
          FROM (
            SELECT DISTINCT ON (key) key, value, time, event
            FROM (
              SELECT 1 AS arrival, * FROM unnest(old.trait_keys, old.trait_values, old.trait_times, old.trait_events)
                AS had (key, value, time, event)
              UNION ALL
              SELECT 2, * FROM unnest(excluded.trait_keys, excluded.trait_values, excluded.trait_times,
                excluded.trait_events)
            ) AS both_of_them
            ORDER BY key, time DESC, event DESC, arrival
          ) AS winners
        )
      RETURNING created_by""".replace("$overhead", Integer.toString(User.TRAIT_OVERHEAD_BYTES));

  private final PostgresDatabase database;
  private final Table table;
  private final String merge;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Keeps the database open until it is closed. */
  public PostgresUserStore(PostgresDatabase database) {
    this.database = database;
    this.table = new Table(database, "users");
    this.merge = MERGE.replace("$users", table.name());
    database.retain();
  }

  @Override
  public Merge merge(Tenant tenant, Identify identify) {
    try {
      var creator = database.run(merge, statement -> {
        bind(statement, tenant, identify);
        var rows = statement.executeQuery();
        rows.next();
        return new EventId(rows.getObject("created_by", UUID.class));
      });
      return new Merge.Merged(creator.equals(identify.eventId()));
    } catch (SQLException e) {
      if (Failures.constraint(e).filter(SIZE::equals).isPresent()) {
        return tooLarge(tenant, identify);
      }
      throw Failures.of(e, true);
    }
  }

  private static void bind(PreparedStatement statement, Tenant tenant, Identify identify) throws SQLException {
    var traits = identify.traits();
    var connection = statement.getConnection();
    statement.setString(1, tenant.id().value());
    statement.setString(2, identify.userId().value());
    statement.setObject(3, Where.timestamp(identify.time()));
    statement.setObject(4, identify.eventId().value());
    statement.setArray(5, connection.createArrayOf("text", traits.keySet().stream().map(TraitKeys::encode).toArray()));
    statement.setArray(6, connection.createArrayOf("text", traits.values().stream().map(JsonText::value).toArray()));
    statement.setArray(7, connection.createArrayOf("timestamptz",
        Collections.nCopies(traits.size(), identify.time().toString()).toArray()));
    statement.setArray(8, connection.createArrayOf("uuid",
        Collections.nCopies(traits.size(), identify.eventId().toString()).toArray()));
    statement.setLong(9, User.createdBy(identify).bytes());
  }

  /** How large the record would be; another merge may have come between, so it is over the limit at least. */
  private Merge tooLarge(Tenant tenant, Identify identify) {
    var next = table.select(COLUMNS, one(tenant, identify.userId()), "", PostgresUserStore::user).stream().findFirst()
        .map(user -> user.with(identify)).orElseGet(() -> User.createdBy(identify));
    return new Merge.TooLarge(Math.max(next.bytes(), MAX_BYTES + 1), MAX_BYTES);
  }

  @Override
  public Optional<EventId> createdBy(Tenant tenant, UserId userId) {
    return table.select("created_by", one(tenant, userId), "", row -> new EventId(row.getObject(1, UUID.class)))
        .stream().findFirst();
  }

  @Override
  public Page<User> users(Tenant tenant, Query query) {
    var after = query.cursor().map(Cursor::user).map(UserId::value);
    var where = new Where().and("tenant_id = ?", tenant.id().value())
        .andIf("user_id = ?", query.user().map(UserId::value)).andIf("first_seen >= ?", query.from())
        .andIf("first_seen < ?", query.to());
    var total = table.count(where);
    var rows = table.select(COLUMNS, where.andIf("user_id > ?", after),
        " ORDER BY user_id LIMIT " + (query.limit() + 1),
        PostgresUserStore::user);
    var more = rows.size() > query.limit();
    return Page.of(more ? rows.subList(0, query.limit()) : rows, total, more, last -> Cursor.of(last.id()));
  }

  private static Where one(Tenant tenant, UserId userId) {
    return new Where().and("tenant_id = ?", tenant.id().value()).and("user_id = ?", userId.value());
  }

  private static User user(ResultSet row) throws SQLException {
    var keys = (String[]) row.getArray("trait_keys").getArray();
    var values = (String[]) row.getArray("trait_values").getArray();
    var times = (Timestamp[]) row.getArray("trait_times").getArray();
    var events = (UUID[]) row.getArray("trait_events").getArray();
    var traits = new HashMap<String, Trait>();
    for (int i = 0; i < keys.length; i++) {
      traits.put(TraitKeys.decode(keys[i]),
          new Trait(new JsonText(values[i]), times[i].toInstant(), new EventId(events[i])));
    }
    return new User(new UserId(row.getString("user_id")),
        row.getObject("first_seen", OffsetDateTime.class).toInstant(),
        new EventId(row.getObject("created_by", UUID.class)), traits);
  }

  @Override
  public Set<Guarantee> guarantees() {
    return database.isDurable() ? Set.of(Guarantee.SURVIVES_CRASH, Guarantee.SHARED) : Set.of(Guarantee.SHARED);
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
