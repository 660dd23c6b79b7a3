package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;

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
 * <p>One pass reads all of it. Where something is wrong, a second one takes the elements apart and reads each by itself. An
 * element is taken apart only until it is read: many small members take a multiple of their text.
 *
 * @param rest the object with that array empty
 */
public record JsonEnvelope<T>(JsonObject rest, Elements<T> elements) {
  /** Deeper elements make the whole unreadable; what is deep takes memory while it is passed over. */
  private static final int MAX_DEPTH = 10_000;
  private static final JsonFactory FACTORY = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH)
          .maxNumberLength(Integer.MAX_VALUE).maxNameLength(Integer.MAX_VALUE).build())
      .build();

  /** Makes of an element what is wanted of it; of a broken body for some of them twice. */
  public interface Reader<T> {
    T read(int index, Element element);
  }

  /**
   * What was read of the array.
   *
   * @param first of so many elements as were to be read; empty where the member is absent or no array
   * @param size how many elements it has
   */
  public record Elements<T>(Optional<List<T>> first, int size) {

    static <T> Elements<T> none() {
      return new Elements<>(Optional.empty(), 0);
    }
  }

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
   * @param most how many elements are read at most; more are counted
   * @throws JsonFault if they are not one
   */
  public static <T> JsonEnvelope<T> parse(byte[] utf8, String array, int most, Reader<T> reader) {
    var text = JsonObject.decode(utf8);
    try (var parser = JsonObject.parser(text)) {
      return new JsonWalk(parser, text).envelope(array, most, reader, utf8.length == text.length());
    } catch (JacksonException | JsonFault e) {
      return apart(text, array, most, reader);
    }
  }

  /** The same, element by element. */
  static <T> JsonEnvelope<T> apart(String text, String array, int most, Reader<T> reader) {
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          var isIt = parser.currentName().equals(array);
          if (parser.nextToken() == JsonToken.START_ARRAY && isIt) {
            return split(parser, text, most, reader);
          }
          parser.skipChildren();
        }
      }
    } catch (JacksonException e) {
      throw JsonObject.fault(e);
    }
    return new JsonEnvelope<>(JsonObject.parse(text), Elements.none());
  }

  /** The elements of the array that begins here, and the text without them. */
  private static <T> JsonEnvelope<T> split(JsonParser parser, String text, int most, Reader<T> reader) {
    int begin = offset(parser) + 1;
    var elements = new ArrayList<T>();
    int size = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int start = offset(parser);
      parser.skipChildren();
      parser.finishToken();
      if (size++ < most) {
        elements.add(reader.read(elements.size(),
            element(text.substring(start, (int) parser.currentLocation().getCharOffset()))));
      }
    }
    var rest = text.substring(0, begin) + text.substring(offset(parser));
    return new JsonEnvelope<>(JsonObject.parse(rest), new Elements<>(Optional.of(elements), size));
  }

  private static Element element(String text) {
    try {
      return new Element.Whole(JsonObject.parse(text), text.getBytes(UTF_8).length);
    } catch (JsonFault e) {
      return new Element.Faulty(String.valueOf(e.getMessage()));
    }
  }

  private static int offset(JsonParser parser) {
    return (int) parser.currentTokenLocation().getCharOffset();
  }
}
