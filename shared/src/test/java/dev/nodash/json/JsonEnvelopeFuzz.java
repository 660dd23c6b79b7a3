package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.json.JsonEnvelope.Element;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whatever the bytes are, they are refused by a {@link JsonFault} or split into the elements that another reader finds, and into
 * the rest; and it is the same in one pass and element by element.
 */
public final class JsonEnvelopeFuzz {
  private static final JsonMapper OTHER = OtherReader.builder().build();
  private static final String ARRAY = "batch";
  private static final int MOST = 3;

  private JsonEnvelopeFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    JsonEnvelope<Element> envelope;
    try {
      envelope = JsonEnvelope.parse(bytes, ARRAY, MOST, (_, element) -> element);
    } catch (JsonFault e) {
      return;
    }
    var text = new String(bytes, UTF_8);
    OtherReader.require(told(envelope).equals(told(JsonEnvelope.apart(text, ARRAY, MOST, (_, element) -> element))),
        "element by element it is another");
    var whole = (ObjectNode) OTHER.readTree(text);
    var array = whole.get(ARRAY);
    var elements = envelope.elements().first();
    OtherReader.require(elements.isPresent() == (array != null && array.isArray()),
        "another reader finds no array, or another one");
    elements.ifPresent(each -> {
      OtherReader.require(envelope.elements().size() == array.size() && each.size() == Math.min(MOST, array.size()),
          "another reader finds more elements, or fewer");
      for (int i = 0; i < each.size(); i++) {
        if (each.get(i) instanceof Element.Whole it) {
          OtherReader.require(OtherReader.tree(OTHER, it.object().members()).equals(array.get(i)),
              "the elements are others");
        }
      }
      whole.putArray(ARRAY);
    });
    OtherReader.require(OtherReader.tree(OTHER, envelope.rest().members()).equals(whole), "the rest is another");
  }

  /** All that it says. */
  private static String told(JsonEnvelope<Element> envelope) {
    return told(envelope.rest().members()) + envelope.elements().size() + envelope.elements().first()
        .map(each -> each.stream().map(element -> switch (element) {
          case Element.Whole it -> told(it.object().members()) + it.bytes();
          case Element.Faulty it -> it.fault();
        }).toList());
  }

  private static String told(Map<String, JsonValue> members) {
    return members.entrySet().stream()
        .map(it -> it.getKey() + ":" + it.getValue().kind() + it.getValue().raw())
        .toList().toString();
  }
}
