package dev.nodash.storage.postgres;

import dev.nodash.model.Actor;
import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.EventTime;
import dev.nodash.model.EventType;
import dev.nodash.model.JsonText;
import dev.nodash.model.Relations;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The columns of the table {@code events}: how a row is written and read. */
final class EventTable {
  private static final List<Column> COLUMNS = List.of(
      new Column("tenant_id", "text", row -> row.tenant().id().value()),
      new Column("event_id", "uuid", row -> row.event().id().value()),
      new Column("event_type", "text", row -> row.event().type().label()),
      new Column("event_name", "text", row -> row.event().name()),
      new Column("message_id", "text", row -> or(row.event().messageId())),
      new Column("user_id", "text", row -> or(row.event().actor().userId())),
      new Column("anonymous_id", "text", row -> or(row.event().actor().anonymousId())),
      new Column("session_id", "text", row -> or(row.event().actor().sessionId())),
      new Column("device_id", "text", row -> or(row.event().actor().deviceId())),
      new Column("timestamp", "timestamptz", row -> row.event().time().timestamp()),
      new Column("received_at", "timestamptz", row -> row.event().time().receivedAt()),
      new Column("sent_timestamp", "text", row -> or(row.event().time().sent())),
      new Column("properties", "text", row -> or(row.event().properties())),
      new Column("traits", "text", row -> or(row.event().traits())),
      new Column("context", "text", row -> or(row.event().context())),
      new Column("category", "text", row -> or(row.event().relations().category())),
      new Column("group_id", "text", row -> or(row.event().relations().groupId())),
      new Column("previous_id", "text", row -> or(row.event().relations().previousId())),
      new Column("sent_at", "text", row -> or(row.event().time().sentAt())),
      new Column("skew_corrected", "boolean", row -> row.event().time().skewCorrected()));

  /** The names, as an INSERT or a SELECT lists them. */
  static final String NAMES = COLUMNS.stream().map(Column::name).collect(Collectors.joining(", "));
  /** An array a column, as {@code unnest} takes them. */
  static final String ARRAYS = COLUMNS.stream().map(column -> "?::" + column.type() + "[]")
      .collect(Collectors.joining(", "));

  private EventTable() {}

  /** An event of a tenant. */
  record Row(Tenant tenant, Event event) {}

  /** Sets the arrays. */
  static void bind(PreparedStatement statement, Collection<Row> rows) throws SQLException {
    var connection = statement.getConnection();
    for (int i = 0; i < COLUMNS.size(); i++) {
      var column = COLUMNS.get(i);
      var values = rows.stream().map(column.value()).map(value -> value == null ? null : value.toString())
          .toArray(String[]::new);
      statement.setArray(i + 1, connection.createArrayOf(column.type(), values));
    }
  }

  /** The rows as COPY takes them. */
  static byte[] copied(Collection<Row> rows) {
    var copy = new BinaryCopy();
    for (var row : rows) {
      copy.row(values(row));
    }
    return copy.toByteArray();
  }

  private static List<@Nullable Object> values(Row row) {
    var values = new ArrayList<@Nullable Object>(COLUMNS.size());
    for (var column : COLUMNS) {
      values.add(column.value().apply(row));
    }
    return values;
  }

  /** The event of a row that has the columns of {@link #NAMES}. */
  static Event event(ResultSet row) throws SQLException {
    return new Event(id(row), EventType.ofLabel(row.getString("event_type")), text(row, "message_id"),
        row.getString("event_name"),
        new Actor(text(row, "user_id").map(UserId::new), text(row, "anonymous_id"), text(row, "session_id"),
            text(row, "device_id")),
        new Relations(text(row, "category"), text(row, "group_id"), text(row, "previous_id")),
        text(row, "properties").map(JsonText::new), text(row, "traits").map(JsonText::new),
        text(row, "context").map(JsonText::new),
        new EventTime(instant(row, "timestamp"), instant(row, "received_at"), text(row, "sent_timestamp"),
            text(row, "sent_at"), row.getBoolean("skew_corrected")));
  }

  static EventId id(ResultSet row) throws SQLException {
    return new EventId(row.getObject("event_id", UUID.class));
  }

  private static Optional<String> text(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable Object or(Optional<?> value) {
    return value.orElse(null);
  }

  /** A column and what a row has in it: a text, a UUID, an instant, a boolean, or nothing. */
  private record Column(String name, String type, Function<Row, @Nullable Object> value) {}
}
