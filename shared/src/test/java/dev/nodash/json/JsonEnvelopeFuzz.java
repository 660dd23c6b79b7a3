package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.model.JsonText;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whatever the bytes are, they are refused by a {@link JsonFault} or split into the elements that another reader finds, and into
 * the rest.
 */
public final class JsonEnvelopeFuzz {
  private static final JsonMapper OTHER = JsonMapper.builder().build();
  private static final String ARRAY = "batch";

  private JsonEnvelopeFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    JsonEnvelope envelope;
    try {
      envelope = JsonEnvelope.parse(bytes, ARRAY);
    } catch (JsonFault e) {
      return;
    }
    var whole = (ObjectNode) OTHER.readTree(new String(bytes, UTF_8));
    var array = whole.get(ARRAY);
    var elements = envelope.elements();
    require(elements.isPresent() == (array != null && array.isArray()),
        "another reader finds no array, or another one");
    elements.ifPresent(texts -> require(trees(texts).equals(array.valueStream().toList()), "the elements are others"));
    if (elements.isPresent()) {
      whole.putArray(ARRAY);
    }
    var rest = OTHER.createObjectNode();
    envelope.rest().members().forEach((name, value) -> rest.set(name, OTHER.readTree(value.raw().value())));
    require(rest.equals(whole), "the rest is another");
  }

  private static List<JsonNode> trees(List<JsonText> texts) {
    return texts.stream().<JsonNode>map(text -> OTHER.readTree(text.value())).toList();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
