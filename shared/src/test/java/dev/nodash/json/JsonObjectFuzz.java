package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.json.JsonValue.Kind;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever the bytes are, they are refused by a {@link JsonFault} or they are what another reader takes them for, and what is
 * kept of them says the same once more.
 */
public final class JsonObjectFuzz {
  private static final JsonMapper OTHER = OtherReader.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  private JsonObjectFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    Map<String, JsonValue> members;
    try {
      members = JsonObject.parse(bytes).members();
    } catch (JsonFault e) {
      return;
    }
    OtherReader.require(OtherReader.tree(OTHER, members).equals(OTHER.readTree(new String(bytes, UTF_8))),
        "another reader reads something else");
    var again = members.entrySet().stream().map(it -> OTHER.writeValueAsString(it.getKey()) + ":" + it.getValue().raw()
        .value()).collect(Collectors.joining(",", "{", "}"));
    OtherReader.require(
        OtherReader.tree(OTHER, JsonObject.parse(again).members()).equals(OtherReader.tree(OTHER, members)),
        "what was kept says something else");
    members.values().stream().filter(it -> it.kind() == Kind.OBJECT).map(JsonValue::raw)
        .forEach(object -> OtherReader.require(
            OtherReader.tree(OTHER, JsonObject.parse(object).members()).equals(OTHER.readTree(object.value())),
            "an object in it is another by itself"));
  }
}
