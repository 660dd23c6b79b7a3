package dev.nodash.middleware;

import dev.nodash.json.JsonObject;
import dev.nodash.json.JsonValue;
import dev.nodash.json.JsonValue.Kind;
import dev.nodash.json.Timestamps;
import dev.nodash.middleware.Call.SentTime;
import dev.nodash.model.JsonText;
import dev.nodash.model.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the members of a body by the schema and gathers every fault with its path, so that one answer names them all. */
final class Fields {
  private final JsonObject body;
  private final List<String> faults = new ArrayList<>();

  Fields(JsonObject body) {
    this.body = body;
  }

  List<String> faults() {
    return List.copyOf(faults);
  }

  /** Whether the member is there, right or wrong. */
  boolean has(String name) {
    return body.get(name).isPresent();
  }

  void fault(String path, String fault) {
    faults.add(path + ": " + fault);
  }

  /** A string of 1 to {@code max} characters without control characters; null counts as absent. */
  Optional<String> text(String name, int max) {
    return body.get(name).flatMap(value -> {
      if (value.kind() != Kind.STRING) {
        fault(name, "must be a string");
        return Optional.empty();
      }
      return checked(name, value.string(), max);
    });
  }

  /** The same rule for a string from elsewhere, a header say. */
  Optional<String> checked(String path, String text, int max) {
    if (text.isEmpty()) {
      fault(path, "is empty");
    } else if (Text.length(text) > max) {
      fault(path, Text.length(text) + " characters, limit is " + max);
    } else if (Text.hasControl(text)) {
      fault(path, "has a control character");
    } else {
      return Optional.of(text);
    }
    return Optional.empty();
  }

  /** A string with at least one character that is not white space. */
  Optional<String> required(String name, int max) {
    if (body.get(name).isEmpty()) {
      fault(name, "is missing");
      return Optional.empty();
    }
    if (body.get(name).filter(value -> value.kind() == Kind.STRING && value.string().isBlank()).isPresent()) {
      fault(name, "is blank");
      return Optional.empty();
    }
    return text(name, max);
  }

  /** An object, as it was sent. */
  Optional<JsonText> object(String name) {
    return body.get(name).flatMap(value -> {
      if (value.kind() != Kind.OBJECT) {
        fault(name, "must be an object");
        return Optional.empty();
      }
      return Optional.of(value.raw());
    });
  }

  /** The members of the object that the body was parsed to open, as they were sent; none if there is no such object. */
  Map<String, JsonText> opened(String name) {
    var members = new LinkedHashMap<String, JsonText>();
    body.get(name).ifPresent(value -> value.members().forEach((key, member) -> members.put(key, member.raw())));
    return members;
  }

  /** A time in ISO 8601 or epoch milliseconds. */
  Optional<SentTime> time(String name) {
    return body.get(name).flatMap(value -> {
      var time = switch (value.kind()) {
        case STRING -> Timestamps.parse(value.string()).map(instant -> new SentTime(instant, value.string()));
        case NUMBER -> epochMillis(value);
        default -> Optional.<SentTime>empty();
      };
      if (time.isEmpty()) {
        fault(name, "must be a time in ISO 8601 or epoch milliseconds");
      }
      return time;
    });
  }

  private static Optional<SentTime> epochMillis(JsonValue number) {
    var digits = number.raw().value();
    return Timestamps.parseEpochMillis(digits).map(instant -> new SentTime(instant, digits));
  }
}
