package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.json.JsonEnvelope.Element;
import dev.nodash.json.JsonEnvelope.Elements;
import dev.nodash.json.JsonEnvelope.Reader;
import dev.nodash.json.JsonValue.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * One pass over the tokens that enforces the bounds and notes where each member of the root begins and ends.
 */
final class JsonWalk {
  private final JsonParser parser;
  private final String text;
  private final boolean mayHaveLoneSurrogates;
  /** Of the objects around, by their depth. */
  private int[] keys = new int[8];
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
    var members = members();
    end();
    return members;
  }

  /** The members of the object that begins here. */
  private Map<String, JsonValue> members() {
    enter("body");
    var members = new Members();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var name = parser.currentName();
      countKey("body");
      members.add(name, value(parser.nextToken(), name));
    }
    depth--;
    return members;
  }

  /**
   * The root, and the elements of the array that one of its members is, each as if it were the root.
   *
   * @param most how many elements are read at most
   * @param isAscii whether each character of the text is one byte
   * @throws JsonFault if anything is wrong with any of those that are read
   */
  <T> JsonEnvelope<T> envelope(String array, int most, Reader<T> reader, boolean isAscii) {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new JsonFault.NotAnObject();
    }
    enter("body");
    var members = new Members();
    var elements = Elements.<T>none();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var name = parser.currentName();
      countKey("body");
      var token = parser.nextToken();
      if (token == JsonToken.START_ARRAY && name.equals(array)) {
        elements = elements(most, reader, isAscii);
        members.add(name, new JsonValue(Kind.ARRAY, "[]", 0, 2, null));
      } else {
        members.add(name, value(token, name));
      }
    }
    end();
    return new JsonEnvelope<>(new JsonObject(members), elements);
  }

  private <T> Elements<T> elements(int most, Reader<T> reader, boolean isAscii) {
    int outer = depth;
    int outerKeys = keys[outer];
    var elements = new ArrayList<T>();
    int size = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (size++ >= most) {
        parser.skipChildren();
        continue;
      }
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw new JsonFault.NotAnObject();
      }
      int start = (int) parser.currentTokenLocation().getCharOffset();
      depth = 0;
      var object = new JsonObject(members());
      int end = (int) parser.currentLocation().getCharOffset();
      elements.add(reader.read(elements.size(),
          new Element.Whole(object, isAscii ? end - start : text.substring(start, end).getBytes(UTF_8).length)));
    }
    depth = outer;
    keys[outer] = outerKeys;
    return new Elements<>(Optional.of(elements), size);
  }

  private void end() {
    if (parser.nextToken() != null) {
      throw new JsonFault("body: has text after its JSON value");
    }
  }

  /** The value that begins with this token. */
  private JsonValue value(JsonToken token, String member) {
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
    if (depth == keys.length) {
      keys = Arrays.copyOf(keys, 2 * depth);
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
