package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
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

  @ParameterizedTest
  @ValueSource(strings = {"{\"batch\":[{},{\"a\":1},{}, {\"b\":2} ]}", "{\"batch\":[{},{\"a\":1},[],1,{}]}",
      "{\"batch\":[{},{\"a\":1,\"a\":2}, 7,{},{}]}"})
  void countsElementsBeyondThoseThatItReads(String text) {
    var read = new ArrayList<Integer>();
    var elements = JsonEnvelope.parse(text.getBytes(UTF_8), "batch", 2, (index, element) -> {
      read.add(index);
      return element;
    }).elements();
    assertThat(elements.first().orElseThrow()).hasSize(2);
    assertThat(elements.size()).isEqualTo(text.contains("7") || text.contains("[],") ? 5 : 4);
    assertThat(read).as("at most once more where a pass broke off").hasSizeBetween(2, 4).containsOnly(0, 1);
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
    assertThatThrownBy(() -> JsonEnvelope.parse(text.getBytes(UTF_8), "batch", 1, (_, element) -> element))
        .isInstanceOf(JsonFault.class)
        .hasMessageContaining("1000 keys");
  }
}
