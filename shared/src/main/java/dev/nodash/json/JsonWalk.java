package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.json.JsonValue.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** One pass over the tokens that enforces the bounds and notes where each member of the root begins and ends. */
final class JsonWalk {
  private final JsonParser parser;
  private final String text;
  private final boolean mayHaveLoneSurrogates;
  private final int[] keys = new int[JsonObject.MAX_DEPTH + 1];
  private int depth;

  JsonWalk(JsonParser parser, String text) {
    this.parser = parser;
    this.text = text;
    this.mayHaveLoneSurrogates = text.contains("\\ud") || text.contains("\\uD");
  }

  Map<String, JsonValue> root() {
    var first = parser.nextToken();
    if (first != JsonToken.START_OBJECT) {
      if (first.isStructStart()) {
        skip("body");
      }
      end();
      throw new JsonFault.NotAnObject();
    }
    enter("body");
    var members = new LinkedHashMap<String, JsonValue>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var name = parser.currentName();
      countKey(name);
      members.put(name, value(name));
    }
    end();
    return members;
  }

  private void end() {
    if (parser.nextToken() != null) {
      throw new JsonFault("body: has text after its JSON value");
    }
  }

  private JsonValue value(String member) {
    var token = parser.nextToken();
    int start = (int) parser.currentTokenLocation().getCharOffset();
    var kind = kind(token);
    var string = kind == Kind.STRING ? checked(member, parser.getString()) : null;
    if (token.isStructStart()) {
      skip(member);
    }
    parser.finishToken();
    return new JsonValue(kind, text, start, (int) parser.currentLocation().getCharOffset(), string);
  }

  private void skip(String member) {
    int outer = depth;
    enter(member);
    while (depth > outer) {
      switch (parser.nextToken()) {
        case START_OBJECT, START_ARRAY -> enter(member);
        case END_OBJECT, END_ARRAY -> depth--;
        case PROPERTY_NAME -> countKey(member);
        case VALUE_STRING -> {
          if (mayHaveLoneSurrogates) {
            checked(member, parser.getString());
          }
        }
        default -> {
          // A number or a literal: the parser has checked it.
        }
      }
    }
  }

  private void enter(String member) {
    if (++depth > JsonObject.MAX_DEPTH) {
      throw new JsonFault(path(member) + ": is deeper than " + JsonObject.MAX_DEPTH + " levels");
    }
    keys[depth] = 0;
  }

  private void countKey(String member) {
    checked("body", parser.currentName());
    if (++keys[depth] > JsonObject.MAX_KEYS) {
      throw new JsonFault(
          (depth == 1 ? "body" : path(member)) + ": has an object of more than " + JsonObject.MAX_KEYS + " keys");
    }
  }

  private String checked(String member, String string) {
    if (mayHaveLoneSurrogates && !UTF_8.newEncoder().canEncode(string)) {
      throw new JsonFault(path(member) + ": has a lone surrogate");
    }
    return string;
  }

  /** A member's name as it may stand in a message: the caller's own words only where they are short and plain. */
  private static String path(String member) {
    return member.length() <= 40 && member.chars().allMatch(c -> c > ' ' && c < 127) ? member : "body";
  }

  private static Kind kind(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> Kind.OBJECT;
      case START_ARRAY -> Kind.ARRAY;
      case VALUE_STRING -> Kind.STRING;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Kind.NUMBER;
      case VALUE_TRUE, VALUE_FALSE -> Kind.BOOLEAN;
      default -> Kind.NULL;
    };
  }
}
