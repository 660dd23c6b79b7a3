package dev.nodash.storage.clickhouse;

import dev.nodash.model.Actor;
import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.EventTime;
import dev.nodash.model.EventType;
import dev.nodash.model.JsonText;
import dev.nodash.model.Relations;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One event as a row. What is absent is an empty string, which no client can send in these fields. */
final class EventRow {
  private static final String TEXT = "String";
  private static final String WORD = "LowCardinality(String)";
  private static final String TIME = "DateTime64(3, 'UTC')";

  /** In the order of the row. */
  static final List<Column> COLUMNS = List.of(new Column("tenant_id", WORD), new Column("event_date", "Date"),
      new Column("event_id", "UUID"), new Column("event_name", WORD), new Column("event_type", WORD),
      new Column("message_id", TEXT), new Column("user_id", TEXT), new Column("anonymous_id", TEXT),
      new Column("session_id", TEXT), new Column("device_id", TEXT), new Column("timestamp", TIME),
      new Column("received_at", TIME), new Column("sent_timestamp", TEXT), new Column("properties", TEXT),
      new Column("traits", TEXT), new Column("context", TEXT), new Column("category", TEXT),
      new Column("group_id", TEXT), new Column("previous_id", TEXT), new Column("sent_at", TEXT),
      new Column("skew_corrected", "Bool"));

  /** Those that a migration adds to a table of the first version. */
  static final Set<String> ADDED = Set.of("category", "group_id", "previous_id", "sent_at", "skew_corrected");

  /** What {@link #read} needs of the view. */
  static final String SELECTED = "toString(event_id) AS id, event_name, event_type, message_id, user_id, anonymous_id,"
      + " session_id, device_id, toUnixTimestamp64Milli(timestamp) AS happened,"
      + " toUnixTimestamp64Milli(received_at) AS received, sent_timestamp, properties, traits, context,"
      + " category, group_id, previous_id, sent_at, skew_corrected";

  private EventRow() {}

  record Column(String name, String type) {}

  static void write(RowBinary row, Tenant tenant, Event event) {
    var actor = event.actor();
    var relations = event.relations();
    var time = event.time();
    row.string(tenant.id().value()).date(ClientDay.of(time)).uuid(event.id().value()).string(event.name())
        .string(event.type().label()).string(event.messageId().orElse(""))
        .string(actor.userId().map(UserId::value).orElse("")).string(actor.anonymousId().orElse(""))
        .string(actor.sessionId().orElse("")).string(actor.deviceId().orElse("")).time(time.timestamp())
        .time(time.receivedAt()).string(time.sent().orElse("")).string(text(event.properties()))
        .string(text(event.traits())).string(text(event.context())).string(relations.category().orElse(""))
        .string(relations.groupId().orElse("")).string(relations.previousId().orElse(""))
        .string(time.sentAt().orElse("")).bool(time.skewCorrected());
  }

  static Event read(ResultSet row) throws SQLException {
    var actor = new Actor(optional(row, "user_id").map(UserId::new), optional(row, "anonymous_id"),
        optional(row, "session_id"), optional(row, "device_id"));
    var time = new EventTime(Instant.ofEpochMilli(row.getLong("happened")),
        Instant.ofEpochMilli(row.getLong("received")), optional(row, "sent_timestamp"), optional(row, "sent_at"),
        row.getBoolean("skew_corrected"));
    var relations = new Relations(optional(row, "category"), optional(row, "group_id"), optional(row, "previous_id"));
    return new Event(EventId.parse(row.getString("id")), EventType.ofLabel(row.getString("event_type")),
        optional(row, "message_id"), row.getString("event_name"), actor, relations,
        optional(row, "properties").map(JsonText::new), optional(row, "traits").map(JsonText::new),
        optional(row, "context").map(JsonText::new), time);
  }

  private static String text(Optional<JsonText> json) {
    return json.map(JsonText::value).orElse("");
  }

  private static Optional<String> optional(ResultSet row, String column) throws SQLException {
    return Optional.of(row.getString(column)).filter(value -> !value.isEmpty());
  }
}
