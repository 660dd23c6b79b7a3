package dev.nodash.middleware;

import dev.nodash.contract.Member;
import dev.nodash.contract.Member.Open;
import dev.nodash.contract.Member.Time;
import dev.nodash.contract.Member.Words;
import dev.nodash.json.JsonObject;
import dev.nodash.json.JsonValue;
import dev.nodash.json.JsonValue.Kind;
import dev.nodash.json.Timestamps;
import dev.nodash.model.JsonText;
import dev.nodash.model.SentTime;
import dev.nodash.model.Text;
import java.util.ArrayList;
import java.util.List;
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
  boolean has(Member member) {
    return body.get(member.name()).isPresent();
  }

  void fault(Member member, String fault) {
    fault(member.name(), fault);
  }

  private void fault(String path, String fault) {
    faults.add(path + ": " + fault);
  }

  /** A string that keeps to its member's rule; null counts as absent, and an empty one where the rule says so. */
  Optional<String> text(Words member) {
    var value = ofKind(member, Kind.STRING, "must be a string");
    return value.isEmpty() || (member.min() == 0 && value.get().string().isEmpty())
        ? Optional.empty()
        : checked(member.name(), value.get().string(), member.max());
  }

  private Optional<JsonValue> ofKind(Member member, Kind kind, String otherwise) {
    var value = body.get(member.name());
    if (value.isPresent() && value.get().kind() != kind) {
      fault(member, otherwise);
      return Optional.empty();
    }
    return value;
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

  /** The member if it is a string, whatever it says. */
  Optional<String> string(Words member) {
    return body.get(member.name()).filter(value -> value.kind() == Kind.STRING).map(JsonValue::string);
  }

  /** A string that has to be there. */
  Optional<String> present(Words member) {
    if (!has(member)) {
      fault(member, "is missing");
    }
    return text(member);
  }

  /** The same, with at least one character that is not white space. */
  Optional<String> required(Words member) {
    var value = body.get(member.name());
    if (value.isEmpty()) {
      fault(member, "is missing");
      return Optional.empty();
    }
    if (value.filter(it -> it.kind() == Kind.STRING && it.string().isBlank()).isPresent()) {
      fault(member, "is blank");
      return Optional.empty();
    }
    return text(member);
  }

  /** An object, as it was sent. */
  Optional<JsonText> object(Open member) {
    return ofKind(member, Kind.OBJECT, "must be an object").map(JsonValue::raw);
  }

  /** A time in ISO 8601 or epoch milliseconds. */
  Optional<SentTime> time(Time member) {
    return body.get(member.name()).flatMap(value -> {
      var time = switch (value.kind()) {
        case STRING -> Timestamps.parse(value.string()).map(instant -> new SentTime(instant, value.string()));
        case NUMBER -> epochMillis(value);
        default -> Optional.<SentTime>empty();
      };
      if (time.isEmpty()) {
        fault(member, "must be a time in ISO 8601 or epoch milliseconds");
      }
      return time;
    });
  }

  private static Optional<SentTime> epochMillis(JsonValue number) {
    var digits = number.raw().value();
    return Timestamps.parseEpochMillis(digits).map(instant -> new SentTime(instant, digits));
  }
}
