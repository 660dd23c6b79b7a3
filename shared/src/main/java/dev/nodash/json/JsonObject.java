package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.json.JsonValue.Kind;
import dev.nodash.model.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
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

  JsonObject(Map<String, JsonValue> members) {
    this.members = members;
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
    try (var parser = parser(text)) {
      return new JsonObject(new JsonWalk(parser, text).root());
    } catch (JacksonException e) {
      throw fault(e);
    }
  }

  public static JsonObject parse(JsonText text) {
    return parse(text.value());
  }

  /** The member of that name; a {@code null} counts as absent. */
  public Optional<JsonValue> get(String name) {
    var value = members.get(name);
    return value == null || value.kind() == Kind.NULL ? Optional.empty() : Optional.of(value);
  }

  /** All members in the order they came, nulls included. */
  public Map<String, JsonValue> members() {
    return members;
  }

  /** A strict one. */
  static JsonParser parser(String text) {
    return FACTORY.createParser(ObjectReadContext.empty(), text);
  }

  static String decode(byte[] utf8) {
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

  static JsonFault fault(JacksonException e) {
    var what = String.valueOf(e.getOriginalMessage()).startsWith("Duplicate") ? "a key occurs twice" : "not valid JSON";
    TokenStreamLocation at = e.getLocation();
    return new JsonFault(at == null
        ? "body: " + what
        : "body: " + what + " at line " + at.getLineNr() + ", column " + at.getColumnNr());
  }
}
