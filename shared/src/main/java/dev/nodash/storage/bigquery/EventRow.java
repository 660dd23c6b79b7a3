package dev.nodash.storage.bigquery;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.Event;
import dev.nodash.model.JsonText;
import dev.nodash.model.Tenant;
import java.util.List;
import java.util.Optional;

/** The columns of the table, and an event as a row of it. */
final class EventRow {
  static final List<Column> COLUMNS = List.of(
      new Column("tenant_id", "STRING", true), new Column("event_id", "STRING", true),
      new Column("event_type", "STRING", true), new Column("event_name", "STRING", true),
      new Column("message_id", "STRING", false), new Column("user_id", "STRING", false),
      new Column("anonymous_id", "STRING", false), new Column("session_id", "STRING", false),
      new Column("device_id", "STRING", false), new Column("timestamp", "TIMESTAMP", true),
      new Column("received_at", "TIMESTAMP", true), new Column("sent_timestamp", "STRING", false),
      new Column("properties", "STRING", false), new Column("traits", "STRING", false),
      new Column("context", "STRING", false), new Column("category", "STRING", false),
      new Column("group_id", "STRING", false), new Column("previous_id", "STRING", false),
      new Column("sent_at", "STRING", false), new Column("skew_corrected", "BOOLEAN", false));

  private EventRow() {}

  /** A column, which may be null or not. */
  record Column(String name, String type, boolean required) {

    String mode() {
      return required ? "REQUIRED" : "NULLABLE";
    }
  }

  /** What insertAll takes: the row, and the id by which the service drops a repetition within a minute or so. */
  static JsonText of(Tenant tenant, Event event) {
    var id = event.id().value().toString();
    var actor = event.actor();
    var relations = event.relations();
    var row = new JsonBuilder().add("tenant_id", tenant.id().value()).add("event_id", id)
        .add("event_type", event.type().label()).add("event_name", event.name()).add("message_id", event.messageId())
        .add("user_id", actor.userId()).add("anonymous_id", actor.anonymousId()).add("session_id", actor.sessionId())
        .add("device_id", actor.deviceId()).add("timestamp", event.time().timestamp())
        .add("received_at", event.time().receivedAt()).add("sent_timestamp", event.time().sent())
        .add("properties", text(event.properties())).add("traits", text(event.traits()))
        .add("context", text(event.context())).add("category", relations.category())
        .add("group_id", relations.groupId()).add("previous_id", relations.previousId())
        .add("sent_at", event.time().sentAt()).add("skew_corrected", event.time().skewCorrected());
    return new JsonBuilder().add("insertId", id).add("json", row.end()).end();
  }

  /** The column holds the text, not the value. */
  private static Optional<String> text(Optional<JsonText> json) {
    return json.map(JsonText::value);
  }
}
