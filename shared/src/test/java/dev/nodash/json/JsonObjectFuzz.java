package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.json.JsonValue.Kind;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever the bytes are, they are refused by a {@link JsonFault} or they are what another reader takes them for, and what is
 * kept of them says the same once more.
 */
public final class JsonObjectFuzz {
  private static final JsonMapper OTHER = OtherReader.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();
  private static final String OPENED = "traits";

  private JsonObjectFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    Map<String, JsonValue> members;
    try {
      members = JsonObject.parse(bytes, OPENED).members();
    } catch (JsonFault e) {
      return;
    }
    require(tree(members).equals(OTHER.readTree(new String(bytes, UTF_8))), "another reader reads something else");
    var again = members.entrySet().stream().map(it -> OTHER.writeValueAsString(it.getKey()) + ":" + it.getValue().raw()
        .value()).collect(Collectors.joining(",", "{", "}"));
    require(tree(JsonObject.parse(again).members()).equals(tree(members)), "what was kept says something else");
    var opened = members.get(OPENED);
    if (opened != null && opened.kind() == Kind.OBJECT) {
      require(tree(opened.members()).equals(OTHER.readTree(opened.raw().value())), "what was opened is something else");
    }
  }

  private static JsonNode tree(Map<String, JsonValue> members) {
    var tree = OTHER.createObjectNode();
    members.forEach((name, value) -> tree.set(name, OTHER.readTree(value.raw().value())));
    return tree;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
