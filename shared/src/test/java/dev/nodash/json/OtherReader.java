package dev.nodash.json;

import java.util.Map;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What another reader makes of the same, one whose own bounds are no narrower. */
final class OtherReader {
  private OtherReader() {}

  static JsonMapper.Builder builder() {
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(StreamReadConstraints.builder()
        .maxNumberLength(Integer.MAX_VALUE).maxNameLength(Integer.MAX_VALUE).build()).build());
  }

  /** What the members say. */
  static JsonNode tree(JsonMapper reader, Map<String, JsonValue> members) {
    var tree = reader.createObjectNode();
    members.forEach((name, value) -> tree.set(name, reader.readTree(value.raw().value())));
    return tree;
  }

  /** Fails in the way that the fuzzer takes for a finding. */
  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
