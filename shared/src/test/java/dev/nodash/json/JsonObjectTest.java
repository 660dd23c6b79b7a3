package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {

  @ParameterizedTest
  @ValueSource(strings = {"9007199254740993", "1e400", "1.10", "-0.0", "{\"a.b\":1,\"a\":{\"b\":2}}", "[1, 2 ,3]",
      "\"\\u00e9\"",
      "\"\\ud83d\\ude00\"", "true", "{ }"})
  void keepsAValueDigitForDigit(String value) {
    assertThat(JsonObject.parse("{\"x\": " + value + " , \"y\":1}").get("x").orElseThrow().raw().value())
        .isEqualTo(value);
  }

  @Test
  void membersAreFoundByTheirNamesAndKeepTheirOrderHoweverManyTheyAre() {
    for (int count : new int[]{0, 1, 8, 9, 16, 17, 40}) {
      var names = IntStream.range(0, count).mapToObj(i -> "k" + (count - i)).toList();
      var object = JsonObject
          .parse("{" + names.stream().map(name -> "\"" + name + "\":\"" + name + "\"").collect(joining(","))
              + "}");
      assertThat(object.members().keySet()).containsExactlyElementsOf(names);
      assertThat(object.members().size()).isEqualTo(count);
      assertThat(names).allSatisfy(name -> assertThat(object.get(name).orElseThrow().string()).isEqualTo(name));
      assertThat(object.get("k")).isEmpty();
      assertThat(object.members()).doesNotContainKey("k");
    }
  }

  @Test
  void replacesOnlyTheLineBreaksBetweenTokens() {
    assertThat(JsonObject.parse("{\"x\":{\r\n \"a\" :\n1}}").get("x").orElseThrow().raw().value())
        .isEqualTo("{   \"a\" : 1}");
  }

  @Test
  void resolvesTheEscapesOfAString() {
    assertThat(JsonObject.parse("{\"\\u0061\":\"\\ud83d\\ude00\\n\"}").get("a").orElseThrow().string())
        .isEqualTo("😀\n");
  }

  @Test
  void countsNullAsAbsentButShowsIt() {
    var object = JsonObject.parse("{\"a\":null}");
    assertThat(object.get("a")).isEmpty();
    assertThat(object.members()).containsKey("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "{}{}", "{} x", "[]", "1", "null", "\"a\"", "{\"a\":NaN}", "{\"a\":01}",
      "{\"a\":1.}",
      "{\"a\":+1}", "{\"a\":Infinity}", "{\"a\":1,}", "{\"a\":[1,]}", "{'a':1}", "{a:1}", "// c\n{}", "{/*c*/}",
      "{\"a\":1,\"a\":2}",
      "{\"a\":1,\"\\u0061\":2}", "{\"x\":{\"a\":1,\"a\":2}}", "{\"a\":\"\t\"}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}",
      "{\"a\":\"\\ud800\"}",
      "{\"a\":\"\\udc00\\ud800\"}", "{\"x\":[{\"\\uD800\":1}]}", "{\"a\":tru}", "\uFEFF{}", "{\"a\":\"\u0000\"}",
      "{\"a\"}", "{\"a\":}"})
  void refusesWhatIsNotStrictJson(String text) {
    assertThatThrownBy(() -> JsonObject.parse(text.getBytes(UTF_8))).isInstanceOf(JsonFault.class)
        .hasMessageStartingWith("");
  }

  @Test
  void refusesBadUtf8ButNotTheReplacementCharacterItself() {
    byte[] overlong = {'{', '"', 'a', '"', ':', '"', (byte) 0xC0, (byte) 0xAF, '"', '}'};
    byte[] surrogate = {'{', '"', 'a', '"', ':', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', '}'};
    assertThatThrownBy(() -> JsonObject.parse(overlong)).isInstanceOf(JsonFault.class).hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> JsonObject.parse(surrogate)).isInstanceOf(JsonFault.class).hasMessageContaining("UTF-8");
    assertThat(JsonObject.parse("{\"a\":\"\uFFFD\"}".getBytes(UTF_8)).get("a").orElseThrow().string())
        .isEqualTo("\uFFFD");
  }

  @Test
  void boundsDepthAt64Levels() {
    assertThat(JsonObject.parse(nested(64)).members()).hasSize(1);
    assertThatThrownBy(() -> JsonObject.parse(nested(65))).isInstanceOf(JsonFault.class)
        .hasMessage("x: is deeper than 64 levels");
    assertThatThrownBy(() -> JsonObject.parse(nested(100_000))).isInstanceOf(JsonFault.class);
  }

  @Test
  void boundsKeysAt1000AnObject() {
    assertThat(JsonObject.parse(wide(1000)).members()).hasSize(1000);
    assertThatThrownBy(() -> JsonObject.parse(wide(1001))).isInstanceOf(JsonFault.class)
        .hasMessageContaining("more than 1000 keys");
    assertThatThrownBy(() -> JsonObject.parse("{\"x\":[" + wide(1001) + "]}")).isInstanceOf(JsonFault.class)
        .hasMessageStartingWith("x:");
  }

  @Test
  void saysWhereWithoutQuotingTheText() {
    assertThatThrownBy(() -> JsonObject.parse("{\"a\":\n secret}")).hasMessageContaining("line 2")
        .message().doesNotContain("secret");
  }

  @Test
  void acceptsVeryLongNumbersAndNames() {
    var digits = "1".repeat(20_000);
    assertThat(JsonObject.parse("{\"a\":" + digits + "}").get("a").orElseThrow().raw().value()).isEqualTo(digits);
    assertThat(JsonObject.parse("{\"" + "k".repeat(20_000) + "\":1}").members()).hasSize(1);
  }

  @Test
  void opensOneObject() {
    var text = "{\"x\":{\"a\": [1, {\"b\":2}] ,\"c\":null,\"x\":{\"d\":\"\\n\"}},\"y\":{\"e\":1}}";
    var object = JsonObject.parse(text.getBytes(UTF_8), "x");
    var opened = object.get("x").orElseThrow().members();
    assertThat(opened.entrySet()).extracting(Map.Entry::getKey, member -> member.getValue().raw().value())
        .containsExactly(tuple("a", "[1, {\"b\":2}]"), tuple("c", "null"), tuple("x", "{\"d\":\"\\n\"}"));
    assertThat(opened.values()).allSatisfy(value -> assertThat(value.members()).isEmpty());
    assertThat(object.get("y").orElseThrow().members()).isEmpty();
    assertThat(JsonObject.parse("{\"\":{\"p\":[]}}").members().get("")).isNotNull()
        .satisfies(value -> assertThat(value.members()).isEmpty());
    assertThat(JsonObject.parse("{\"x\":[{\"a\":1}]}".getBytes(UTF_8), "x").get("x").orElseThrow().members()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nested", "wide", "surrogate", "twice"})
  void boundsWhatItOpens(String kind) {
    var text = switch (kind) {
      case "nested" -> "{\"x\":" + nested(64) + "}";
      case "wide" -> "{\"x\":" + wide(1001) + "}";
      case "surrogate" -> "{\"x\":{\"a\":\"\\ud800\"}}";
      default -> "{\"x\":{\"a\":1,\"a\":2}}";
    };
    var byItself = catchThrowableOfType(JsonFault.class, () -> JsonObject.parse(text));
    assertThatThrownBy(() -> JsonObject.parse(text.getBytes(UTF_8), "x")).isInstanceOf(JsonFault.class)
        .hasMessage(byItself.getMessage());
  }

  private static String nested(int levels) {
    return "{\"x\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1) + "}";
  }

  private static String wide(int keys) {
    return IntStream.range(0, keys).mapToObj(i -> "\"k" + i + "\":1").collect(Collectors.joining(",", "{", "}"));
  }

  @Test
  void countsTheKeysBesideAnArrayWhateverItsElementsHave() {
    var keys = IntStream.range(0, 600).mapToObj(i -> "\"%s" + i + "\":0").collect(Collectors.joining(","));
    var text = "{" + keys.formatted((Object[]) "a ".repeat(600).split(" ")) + ",\"batch\":[{\"a\":1}],"
        + keys.formatted((Object[]) "b ".repeat(600).split(" ")) + "}";
    assertThatThrownBy(() -> JsonEnvelope.parse(text.getBytes(UTF_8), "batch", "")).isInstanceOf(JsonFault.class)
        .hasMessageContaining("1000 keys");
  }
}
