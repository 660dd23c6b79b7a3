package dev.nodash.json;

import java.io.InputStream;
import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON as maps, lists, strings, numbers and booleans, for what is read as a whole and is not a client's body. A member
 * that is {@code null} is left out. Deeper than 500 levels it is not read (the parser's own bound).
 */
public final class JsonTree {
  private static final JsonFactory FACTORY = JsonFactory.builder().disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();

  private JsonTree() {}

  /**
   * Reads an object in UTF-8.
   *
   * @throws JsonFault if it is none
   */
  public static Map<String, Object> read(InputStream utf8) {
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
      return root(parser);
    } catch (JacksonException e) {
      throw new JsonFault("not valid JSON");
    }
  }

  /**
   * Reads an object.
   *
   * @throws JsonFault if it is none
   */
  public static Map<String, Object> read(Reader text) {
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      return root(parser);
    } catch (JacksonException e) {
      throw new JsonFault("not valid JSON");
    }
  }

  private static Map<String, Object> root(JsonParser parser) {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new JsonFault.NotAnObject();
    }
    var root = object(parser);
    if (parser.nextToken() != null) {
      throw new JsonFault("has text after its JSON value");
    }
    return root;
  }

  private static Map<String, Object> object(JsonParser parser) {
    var members = new LinkedHashMap<String, Object>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var name = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        members.put(name, value(parser));
      }
    }
    return members;
  }

  private static List<Object> array(JsonParser parser) {
    var values = new ArrayList<>();
    for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      if (token != JsonToken.VALUE_NULL) {
        values.add(value(parser));
      }
    }
    return values;
  }

  private static Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> parser.getString();
    };
  }
}
