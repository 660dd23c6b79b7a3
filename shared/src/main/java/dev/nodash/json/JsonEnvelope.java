package dev.nodash.json;

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
 * An object of which one member is an array. The elements of that array are left as the texts they were, well-formed and no
 * more, so that what is wrong with one is not the fault of the others; the rest is as strict as a {@link JsonObject}.
 *
 * @param rest the object with that array empty
 * @param elements empty where the member is absent or no array
 */
public record JsonEnvelope(JsonObject rest, Optional<List<JsonText>> elements) {
  /** Deeper elements make the whole unreadable; what is deep takes memory while it is passed over. */
  private static final int MAX_DEPTH = 10_000;
  private static final JsonFactory FACTORY = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH)
          .maxNumberLength(Integer.MAX_VALUE).maxNameLength(Integer.MAX_VALUE).build())
      .build();

  /**
   * Parses the bytes of a whole object.
   *
   * @param array the member that is an array
   * @throws JsonFault if they are not one
   */
  public static JsonEnvelope parse(byte[] utf8, String array) {
    var text = JsonObject.decode(utf8);
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          var isIt = parser.currentName().equals(array);
          if (parser.nextToken() == JsonToken.START_ARRAY && isIt) {
            return split(parser, text);
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
  private static JsonEnvelope split(JsonParser parser, String text) {
    int begin = offset(parser) + 1;
    var elements = new ArrayList<JsonText>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int start = offset(parser);
      parser.skipChildren();
      parser.finishToken();
      elements.add(new JsonText(text.substring(start, (int) parser.currentLocation().getCharOffset())));
    }
    var rest = text.substring(0, begin) + text.substring(offset(parser));
    return new JsonEnvelope(JsonObject.parse(rest), Optional.of(elements));
  }

  private static int offset(JsonParser parser) {
    return (int) parser.currentTokenLocation().getCharOffset();
  }
}
