package dev.nodash.storage.flatfile;

import dev.nodash.json.Bytes;
import dev.nodash.json.JsonBuilder;
import dev.nodash.json.JsonFault;
import dev.nodash.json.JsonObject;
import dev.nodash.json.JsonValue;
import dev.nodash.json.Timestamps;
import dev.nodash.model.Actor;
import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.EventTime;
import dev.nodash.model.EventType;
import dev.nodash.model.JsonText;
import dev.nodash.model.Relations;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import dev.nodash.storage.Receipt;
import java.time.Instant;
import java.util.Optional;

/**
 * One event as a line of JSON:
 *
 * <pre>
 * {"id":"…","type":"track","messageId":"…","event":"…","userId":"…","anonymousId":"…","sessionId":"…","deviceId":"…",
 *  "category":"…","groupId":"…","previousId":"…","timestamp":"2025-01-01T00:00:00.000Z","sentTimestamp":"…","sentAt":"…",
 *  "skewCorrected":true,"receivedAt":"…","properties":{},"traits":{},"context":{}}
 * </pre>
 *
 * What is absent is left out; {@code sentTimestamp} is there only where it is not the timestamp, and a first
 * member {@code tenant} only where the tenant's folder is not named after it. Values stand as they were sent.
 */
final class EventLine {
  /** Longer than any event that is let in, shorter than what a damaged file may make us read at once. */
  static final int MAX_BYTES = 4 << 20;
  /** Bytes of a line without what was sent as an object. */
  private static final int ABOUT = 384;

  private EventLine() {}

  /** How many bytes the line has, about: as many at least where the texts are ASCII. */
  static int room(Event event) {
    return ABOUT + length(event.properties()) + length(event.traits()) + length(event.context());
  }

  /** Puts the line with its end. */
  static void encode(Tenant tenant, Event event, Bytes out) {
    int start = out.size();
    var line = new JsonBuilder(out);
    if (!Names.isPlain(tenant.id().value())) {
      line.add("tenant", tenant.id().value());
    }
    var actor = event.actor();
    var relations = event.relations();
    var time = event.time();
    line.add("id", event.id().toString()).add("type", event.type().label()).add("messageId", event.messageId())
        .add("event", event.name()).add("userId", actor.userId()).add("anonymousId", actor.anonymousId())
        .add("sessionId", actor.sessionId()).add("deviceId", actor.deviceId()).add("category", relations.category())
        .add("groupId", relations.groupId()).add("previousId", relations.previousId())
        .add("timestamp", time.timestamp()).add("sentTimestamp", time.sent()).add("sentAt", time.sentAt());
    if (time.skewCorrected()) {
      line.add("skewCorrected", true);
    }
    line.add("receivedAt", time.receivedAt()).add("properties", event.properties())
        .add("traits", event.traits()).add("context", event.context());
    line.finish();
    out.put('\n');
    int bytes = out.size() - start;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException("an event has " + bytes + " bytes, limit is " + MAX_BYTES);
    }
  }

  private static int length(Optional<JsonText> text) {
    return text.isPresent() ? text.get().value().length() : 0;
  }

  /**
   * The event of a line.
   *
   * @throws Corrupt if it is none
   */
  static Event decode(byte[] line) throws Corrupt {
    return decoding(line, json -> new Event(id(json), EventType.ofLabel(required(json, "type")),
        optional(json, "messageId"), required(json, "event"),
        new Actor(optional(json, "userId").map(UserId::new), optional(json, "anonymousId"),
            optional(json, "sessionId"), optional(json, "deviceId")),
        new Relations(optional(json, "category"), optional(json, "groupId"), optional(json, "previousId")),
        json.get("properties").map(JsonValue::raw), json.get("traits").map(JsonValue::raw),
        json.get("context").map(JsonValue::raw),
        new EventTime(instant(json, "timestamp"), instant(json, "receivedAt"), optional(json, "sentTimestamp"),
            optional(json, "sentAt"), json.get("skewCorrected").isPresent())));
  }

  /** What the index needs of a line in the tenant's folder. */
  static Receipt receipt(byte[] line, String folder) throws Corrupt {
    return decoding(line, json -> new Receipt(
        Tenant.of(Names.isPlain(folder) ? folder : required(json, "tenant")), id(json), instant(json, "receivedAt")));
  }

  /** A line that no event can be read from; it says what and quotes nothing of the line. */
  static final class Corrupt extends Exception {
    Corrupt(String message) {
      super(message, null, false, false);
    }
  }

  private interface Decoder<T> {
    T decode(JsonObject json);
  }

  private static <T> T decoding(byte[] line, Decoder<T> decoder) throws Corrupt {
    try {
      return decoder.decode(JsonObject.parse(line));
    } catch (JsonFault e) {
      throw new Corrupt(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      throw new Corrupt("a field is missing or wrong");
    }
  }

  private static EventId id(JsonObject json) {
    return EventId.parse(required(json, "id"));
  }

  private static Instant instant(JsonObject json, String name) {
    return Timestamps.parse(required(json, name)).orElseThrow();
  }

  private static String required(JsonObject json, String name) {
    return optional(json, name).orElseThrow();
  }

  private static Optional<String> optional(JsonObject json, String name) {
    return json.get(name).map(JsonValue::string);
  }
}
