package dev.nodash.contract;

import dev.nodash.contract.Member.Open;
import dev.nodash.contract.Member.Time;
import dev.nodash.contract.Member.Words;
import dev.nodash.json.JsonObject;
import dev.nodash.model.EventType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The bodies that are sent and answered, as JSON Schema.
 *
 * @see <a href="https://json-schema.org/draft/2020-12">JSON Schema, draft 2020-12</a>
 */
final class Schemas {
  private static final String NO_CONTROLS = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";
  /** Unicode's spaces but for those that do not break a line; said in full, since regular expressions differ in what white space is. */
  private static final String WHITE_SPACE_ALONE = "^[ \\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000]*$";
  /** Of a time in epoch milliseconds, before it or after it. */
  private static final long MOST_MILLIS = 999_999_999_999_999_999L;

  private Schemas() {}

  /** Those that have a name, by it. */
  static Map<String, Object> all() {
    var all = Tree.of();
    for (var type : EventType.values()) {
      all.put(name(type), body(type));
    }
    all.putAll(answers());
    return all;
  }

  /** Of the body of such a call. */
  static String name(EventType type) {
    return type.label().substring(0, 1).toUpperCase(Locale.ROOT) + type.label().substring(1);
  }

  private static Map<String, Object> answers() {
    return Tree.of("Batch", batch(), "Batched",
        closed(List.of("ignored"), "success", constant(true), "stored", count(0), "duplicates", count(0), "rejected",
            list(closed(List.of("messageId"), "index", count(0), "messageId", text(), "reason", text())), "ignored",
            list(text()), "timestamp", instant(), "requestId", requestId()),
        "BrowserSettings",
        Tree.of("type", "object", "required", List.of("integrations"), "properties",
            Tree.of("integrations",
                Tree.of("type", "object", "description", "Where the SDK sends what it has: here."))),
        "Tracked",
        closed(List.of("message"), "success", constant(true), "eventId", Tree.of("type", "string", "format", "uuid"),
            "timestamp", instant(), "requestId", requestId(), "message", constant("Event already processed")),
        "Identified",
        closed(List.of("message"), "success", constant(true), "userId", Tree.of("type", List.of("string", "null")),
            "created", Tree.of("type", "boolean"), "timestamp", instant(), "requestId", requestId(), "message",
            constant("Event already processed")),
        "Health", health(), "Alive", closed(List.of(), "status", constant("alive"), "timestamp", instant()), "Welcome",
        closed(List.of(), "name", text(), "version", text(), "endpoints",
            Tree.of("type", "object", "additionalProperties", text()), "documentation",
            Tree.of("type", "string", "format", "uri")),
        "Error", closed(List.of(), "error", text(), "message", text(), "statusCode",
            Tree.of("type", "integer", "minimum", 400, "maximum", 599), "timestamp", instant(), "requestId",
            requestId()));
  }

  private static Map<String, Object> health() {
    var state = Tree.of("enum", List.of("healthy", "unhealthy"));
    return closed(List.of(), "status", Tree.of("enum", List.of("healthy", "degraded", "unhealthy")), "version", text(),
        "uptime", Tree.of("type", "integer", "minimum", 0, "description", "Seconds since the start."), "timestamp",
        instant(), "dependencies",
        closed(List.of(), "eventStore", state, "userStore", state, "rateLimiter", state, "deduplication", state),
        "deduplicationWindow", closed(List.of(), "seconds", count(0), "ids", count(0)));
  }

  /** An object that has all of these members, but for some that it may lack, and no others. */
  private static Map<String, Object> closed(List<String> optional, Object... members) {
    var properties = Tree.of(members);
    return Tree.of("type", "object", "required",
        properties.keySet().stream().filter(name -> !optional.contains(name)).toList(), "properties", properties,
        "additionalProperties", false);
  }

  private static Map<String, Object> constant(Object value) {
    return Tree.of("const", value);
  }

  private static Map<String, Object> text() {
    return Tree.of("type", "string", "minLength", 1);
  }

  private static Map<String, Object> instant() {
    return Tree.of("type", "string", "format", "date-time", "pattern",
        "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$");
  }

  private static Map<String, Object> present(Member member) {
    return Tree.of("required", List.of(member.name()), "properties",
        Tree.of(member.name(), Tree.of("type", "string")));
  }

  private static Map<String, Object> body(EventType type) {
    var required = Calls.required(type);
    var properties = Tree.of();
    Calls.members(type).forEach(member -> properties.put(member.name(), schema(member, required.contains(member))));
    var body = Tree.of("type", "object", "maxProperties", JsonObject.MAX_KEYS, "properties", properties);
    if (!required.isEmpty()) {
      body.put("required", required.stream().map(Member::name).toList());
    }
    if (Calls.isOfSomebody(type)) {
      body.put("anyOf", List.of(present(Calls.USER_ID), present(Calls.ANONYMOUS_ID)));
    }
    return body;
  }

  /** What is wrong with an event is said of it in the answer, so nothing is asked of one here. */
  private static Map<String, Object> batch() {
    var each = Stream.of(EventType.values()).map(Schemas::name).collect(Collectors.joining(", "));
    return Tree.of("type", "object", "required", List.of(Calls.BATCH), "maxProperties", JsonObject.MAX_KEYS,
        "properties",
        Tree.of(Calls.BATCH,
            Tree.of("type", "array", "description",
                "Each as one of " + each + ", with its " + Calls.TYPE.name() + ". " + Calls.TYPE.meaning()),
            Calls.CONTEXT.name(), described("Fills what the context of an event does not say."), Calls.SENT_AT.name(),
            described(Calls.SENT_AT.meaning()), Calls.WRITE_KEY.name(), described(Calls.WRITE_KEY.meaning())));
  }

  private static Map<String, Object> described(String description) {
    return Tree.of("description", description);
  }

  private static Map<String, Object> list(Map<String, Object> items) {
    return Tree.of("type", "array", "items", items);
  }

  private static Map<String, Object> formatted(String format) {
    return Tree.of("type", "string", "format", format);
  }

  private static Map<String, Object> schema(Member member, boolean required) {
    var schema = switch (member) {
      case Words words ->
        Tree.of("type", required ? "string" : List.of("string", "null"), "minLength", words.min(),
            "maxLength", words.max(), "pattern", NO_CONTROLS);
      case Open _ -> Tree.of("type", List.of("object", "null"), "maxProperties", JsonObject.MAX_KEYS);
      case Time _ -> Tree.of("anyOf", List.of(formatted("date-time"), formatted("date"),
          Tree.of("type", "integer", "minimum", -MOST_MILLIS, "maximum", MOST_MILLIS), Tree.of("type", "null")));
    };
    if (member.equals(Calls.EVENT)) {
      schema.put("not", Tree.of("pattern", WHITE_SPACE_ALONE));
    }
    schema.put("description", member.meaning());
    return schema;
  }

  static Map<String, Object> count(int least) {
    return Tree.of("type", "integer", "minimum", least);
  }

  static Map<String, Object> requestId() {
    return Tree.of("type", "string", "pattern", "^[A-Za-z0-9._-]{1,128}$");
  }

  static Map<String, Object> tenant() {
    return Tree.of("type", "string", "pattern", "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$");
  }
}
