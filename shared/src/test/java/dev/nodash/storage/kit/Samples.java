package dev.nodash.storage.kit;

import dev.nodash.model.Actor;
import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.EventTime;
import dev.nodash.model.EventType;
import dev.nodash.model.Identify;
import dev.nodash.model.JsonText;
import dev.nodash.model.Relations;
import dev.nodash.model.SentTime;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import dev.nodash.storage.Owner;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Values for tests. Every test takes a fresh tenant, so that no test sees another's. */
public final class Samples {
  /** When a test happens; a store under test that has a clock is given this one. */
  public static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");

  /** A JSON text that a parser and printer would not give back as it is. */
  public static final JsonText EXACT = new JsonText(
      "{ \"big\":9007199254740993, \"huge\":1e400,\"price\":1.10 ,\"zero\":-0.0, \"a.b\":1,\"a\":{\"b\":2},\"A\":null,"
          + "\"text\":\"日本 😀 \u00e9 e\u0301 it's $1 ? :x {} \u2028\","
          + "\"escaped\":\"\\u0041\\/\\n\\\"\\\\\\u0000\",\"\":[]}");

  /** User ids that a file system, a collation or a careless statement takes for one another or for something else. */
  public static final List<String> LOOKALIKES = List.of("user", "User", "USER", "us\u00e9r", "use\u0301r", "u\u017fer",
      " user", "user ", "../x", "..", ".", "/etc/passwd", "C:\\x", "CON", "nul.json", "~x", "%2e%2e", "a/b", "a\\b",
      "😀".repeat(255), "😀".repeat(254) + "x", "*", "' OR 1=1 --");

  private Samples() {}

  public static Tenant tenant() {
    return Tenant.of("T-" + UUID.randomUUID());
  }

  /** An id as a message of a client has it. */
  public static EventId id() {
    return EventId.ofMessage(Tenant.of("samples").id(), UUID.randomUUID().toString());
  }

  /** An attempt like no other. */
  public static Owner owner() {
    return new Owner(UUID.randomUUID());
  }

  /** The {@code n}th of a row of ids in ascending order. */
  public static EventId id(int n) {
    return new EventId(new UUID(0x8000_8000L | (long) n << 32, 0x8000_0000_0000_0000L));
  }

  public static Identify identify(String user, Map<String, String> traits) {
    return identify(user, traits, NOW, id());
  }

  public static Identify identify(String user, Map<String, String> traits, Instant time, EventId id) {
    var texts = new LinkedHashMap<String, JsonText>();
    traits.forEach((key, value) -> texts.put(key, new JsonText(value)));
    return new Identify(new UserId(user), texts, time, id);
  }

  /** A track event of an unknown actor, now, with nothing optional; each call has its own id. */
  public static Draft event() {
    return new Draft();
  }

  /** An event to be; every field has a value until it is given another. */
  public static final class Draft {
    private EventId id = Samples.id();
    private EventType type = EventType.TRACK;
    private String name = "page_view";
    private Actor actor = Actor.UNKNOWN;
    private Relations relations = Relations.NONE;
    private Optional<String> messageId = Optional.empty();
    private Optional<JsonText> properties = Optional.empty();
    private Optional<JsonText> traits = Optional.empty();
    private Optional<JsonText> context = Optional.empty();
    private EventTime time = EventTime.received(NOW);

    public Draft id(EventId id) {
      this.id = id;
      return this;
    }

    public Draft type(EventType type) {
      this.type = type;
      return this;
    }

    public Draft name(String name) {
      this.name = name;
      return this;
    }

    public Draft user(String userId) {
      return actor(Actor.user(new UserId(userId)));
    }

    public Draft actor(Actor actor) {
      this.actor = actor;
      return this;
    }

    public Draft relations(Relations relations) {
      this.relations = relations;
      return this;
    }

    public Draft messageId(String messageId) {
      this.messageId = Optional.of(messageId);
      return this;
    }

    public Draft properties(JsonText properties) {
      this.properties = Optional.of(properties);
      return this;
    }

    public Draft traits(JsonText traits) {
      this.traits = Optional.of(traits);
      return this;
    }

    public Draft context(JsonText context) {
      this.context = Optional.of(context);
      return this;
    }

    /** Happened then, received {@link #NOW}. */
    public Draft at(Instant timestamp) {
      return time(EventTime.of(Optional.of(new SentTime(timestamp, timestamp.toString())), Optional.empty(), NOW));
    }

    public Draft time(EventTime time) {
      this.time = time;
      return this;
    }

    public Event build() {
      return new Event(id, type, messageId, name, actor, relations, properties, traits, context, time);
    }
  }
}
