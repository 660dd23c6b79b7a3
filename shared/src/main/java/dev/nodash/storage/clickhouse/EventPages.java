package dev.nodash.storage.clickhouse;

import dev.nodash.model.Event;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Cursor;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.Page;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads events from the view. A page is two queries: how many rows match, and those after the cursor.
 *
 * <p>ClickHouse orders UUIDs by their lower half first; their text has the order of the ids.
 */
final class EventPages implements EventReader {
  private static final String ID = "toString(event_id)";
  private static final String TIME = "fromUnixTimestamp64Milli(?, 'UTC')";
  /** What a {@code DateTime64(3)} can hold. */
  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2299-12-31T23:59:59Z");

  private final Server server;

  EventPages(Server server) {
    this.server = server;
  }

  @Override
  public Page<Event> events(Tenant tenant, Query query) {
    var after = query.cursor().map(Cursor::position);
    var condition = new Condition().and("tenant_id = ?", tenant.id().value());
    query.user().ifPresent(user -> condition.and("user_id = ?", user.value()));
    query.event().ifPresent(event -> condition.and("event_name = ?", event));
    query.from().ifPresent(from -> condition.and("timestamp >= " + TIME, millis(from)));
    query.to().ifPresent(to -> condition.and("timestamp < " + TIME, millis(to)));
    var total = server.query(row -> row.getLong(1), "SELECT count() FROM " + Schema.VIEW + condition,
        condition.values()).getFirst();
    after.ifPresent(position -> condition.and("(timestamp, " + ID + ") > (" + TIME + ", ?)",
        millis(position.timestamp()), position.id().toString()));
    var rows = server.query(EventRow::read, "SELECT " + EventRow.SELECTED + " FROM " + Schema.VIEW + condition
        + " ORDER BY timestamp, " + ID + " LIMIT " + (query.limit() + 1), condition.values());
    var more = rows.size() > query.limit();
    return Page.of(more ? rows.subList(0, query.limit()) : rows, total, more,
        event -> Cursor.of(Cursor.Position.of(event)));
  }

  /** The first millisecond that is not before the moment, within what a column can hold. */
  private static long millis(Instant moment) {
    var held = moment.isBefore(FIRST) ? FIRST : moment.isAfter(LAST) ? LAST : moment;
    return held.plusNanos(999_999).toEpochMilli();
  }

  /** A conjunction and its values. */
  private static final class Condition {
    private final StringBuilder sql = new StringBuilder();
    private final List<Object> values = new ArrayList<>();

    Condition and(String term, Object... bound) {
      sql.append(sql.isEmpty() ? " WHERE " : " AND ").append(term);
      values.addAll(List.of(bound));
      return this;
    }

    Object[] values() {
      return values.toArray();
    }

    @Override
    public String toString() {
      return sql.toString();
    }
  }
}
