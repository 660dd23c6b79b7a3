package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.json.JsonValue.Kind;
import dev.nodash.model.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON object, checked to its last token but split only one level deep; deeper values stay the text they were.
 *
 * <p>The text is strict RFC 8259 in UTF-8: no NaN, comments, trailing commas, duplicate keys or lone surrogates, at most
 * {@value #MAX_DEPTH} levels and {@value #MAX_KEYS} keys an object.
 */
public final class JsonObject {
  public static final int MAX_DEPTH = 64;
  public static final int MAX_KEYS = 1000;

  private static final JsonFactory FACTORY = JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .streamReadConstraints(
          StreamReadConstraints.builder().maxNumberLength(Integer.MAX_VALUE).maxNameLength(Integer.MAX_VALUE).build())
      .build();

  private final Map<String, JsonValue> members;

  private JsonObject(Map<String, JsonValue> members) {
    this.members = Collections.unmodifiableMap(members);
  }

  /**
   * Parses the bytes of a whole object.
   *
   * @throws JsonFault if they are not one
   */
  public static JsonObject parse(byte[] utf8) {
    return parse(decode(utf8));
  }

  /**
   * Parses the text of a whole object.
   *
   * @throws JsonFault if it is not one
   */
  public static JsonObject parse(String text) {
    if (text.isBlank()) {
      throw new JsonFault("body: is empty, must be JSON");
    }
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      return new JsonObject(new Walk(parser, text).root());
    } catch (JacksonException e) {
      throw fault(e);
    }
  }

  public static JsonObject parse(JsonText text) {
    return parse(text.value());
  }

  /** The member of that name; a {@code null} counts as absent. */
  public Optional<JsonValue> get(String name) {
    return Optional.ofNullable(members.get(name)).filter(value -> value.kind() != Kind.NULL);
  }

  /** All members in the order they came, nulls included. */
  public Map<String, JsonValue> members() {
    return members;
  }

  private static String decode(byte[] utf8) {
    var text = new String(utf8, UTF_8);
    if (text.indexOf('\uFFFD') >= 0) {
      try {
        UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
      } catch (CharacterCodingException e) {
        throw new JsonFault("body: is not valid UTF-8");
      }
    }
    return text;
  }

  private static JsonFault fault(JacksonException e) {
    var what = String.valueOf(e.getOriginalMessage()).startsWith("Duplicate") ? "a key occurs twice" : "not valid JSON";
    TokenStreamLocation at = e.getLocation();
    return new JsonFault(at == null
        ? "body: " + what
        : "body: " + what + " at line " + at.getLineNr() + ", column " + at.getColumnNr());
  }

  /** One pass over the tokens that enforces the bounds and notes where each member of the root begins and ends. */
  private static final class Walk {
    private final JsonParser parser;
    private final String text;
    private final boolean mayHaveLoneSurrogates;
    private final int[] keys = new int[MAX_DEPTH + 1];
    private int depth;

    Walk(JsonParser parser, String text) {
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
      if (++depth > MAX_DEPTH) {
        throw new JsonFault(path(member) + ": is deeper than " + MAX_DEPTH + " levels");
      }
      keys[depth] = 0;
    }

    private void countKey(String member) {
      checked("body", parser.currentName());
      if (++keys[depth] > MAX_KEYS) {
        throw new JsonFault(
            (depth == 1 ? "body" : path(member)) + ": has an object of more than " + MAX_KEYS + " keys");
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
}
