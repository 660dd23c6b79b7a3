package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.model.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * An object of which one member is an array of objects. What is wrong with one of these, unless the whole is not well-formed, is
 * not the fault of the others; the rest is as strict as a {@link JsonObject}.
 *
 * <p>One pass reads all of it. Where something is wrong, a second one takes the elements apart and reads each by itself.
 *
 * @param rest the object with that array empty
 * @param elements empty where the member is absent or no array
 */
public record JsonEnvelope(JsonObject rest, Optional<List<Element>> elements) {
  /** Deeper elements make the whole unreadable; what is deep takes memory while it is passed over. */
  private static final int MAX_DEPTH = 10_000;
  private static final JsonFactory FACTORY = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH)
          .maxNumberLength(Integer.MAX_VALUE).maxNameLength(Integer.MAX_VALUE).build())
      .build();

  /** One element of the array. */
  public sealed interface Element {

    /** It is an object. */
    record Whole(JsonObject object, long bytes) implements Element {}

    /** It is none, or breaks a rule that is the element's own. */
    record Faulty(String fault) implements Element {}
  }

  /**
   * Parses the bytes of a whole object.
   *
   * @param array the member that is an array
   * @param opened the member of each element whose {@link JsonValue#members()} will be asked for
   * @throws JsonFault if they are not one
   */
  public static JsonEnvelope parse(byte[] utf8, String array, String opened) {
    var text = JsonObject.decode(utf8);
    try (var parser = JsonObject.parser(text)) {
      return new JsonWalk(parser, text, opened).envelope(array, utf8.length == text.length());
    } catch (JacksonException | JsonFault e) {
      return apart(text, array, opened);
    }
  }

  /** The same, element by element. */
  static JsonEnvelope apart(String text, String array, String opened) {
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          var isIt = parser.currentName().equals(array);
          if (parser.nextToken() == JsonToken.START_ARRAY && isIt) {
            return split(parser, text, opened);
          }
          parser.skipChildren();
        }
      }
    } catch (JacksonException e) {
      throw JsonObject.fault(e);
    }
    return new JsonEnvelope(JsonObject.parse(text), Optional.empty());
  }

  /** The elements of the array that begins here, and the text without them. */
  private static JsonEnvelope split(JsonParser parser, String text, String opened) {
    int begin = offset(parser) + 1;
    var elements = new ArrayList<Element>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int start = offset(parser);
      parser.skipChildren();
      parser.finishToken();
      elements.add(element(text.substring(start, (int) parser.currentLocation().getCharOffset()), opened));
    }
    var rest = text.substring(0, begin) + text.substring(offset(parser));
    return new JsonEnvelope(JsonObject.parse(rest), Optional.of(elements));
  }

  private static Element element(String text, String opened) {
    try {
      return new Element.Whole(JsonObject.parse(new JsonText(text), opened), text.getBytes(UTF_8).length);
    } catch (JsonFault e) {
      return new Element.Faulty(String.valueOf(e.getMessage()));
    }
  }

  private static int offset(JsonParser parser) {
    return (int) parser.currentTokenLocation().getCharOffset();
  }
}
