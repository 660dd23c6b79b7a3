package dev.nodash.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTreeTest {

  @Test
  void everyKindBecomesItsOwn() {
    var json = """
        {"s":"a\\u00e9","i":1,"l":9007199254740993,"d":1.5,"t":true,"f":false,"n":null,"a":[1,[],null,{"x":"y"}],"o":{}}""";
    var expected = Map.of("s", "aé", "i", 1, "l", 9007199254740993L, "d", 1.5, "t", true, "f", false, "a",
        List.of(1, List.of(), Map.of("x", "y")), "o", Map.of());
    assertThat(JsonTree.read(new StringReader(json))).isEqualTo(expected);
    assertThat(JsonTree.read(new ByteArrayInputStream(json.getBytes(UTF_8)))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "\"a\"", "1", "{", "{} {}", "{\"a\":}", "{\"a\":1,}", "{\"a\":[1}"})
  void whatIsNoObjectIsRefused(String text) {
    assertThatThrownBy(() -> JsonTree.read(new StringReader(text))).isInstanceOf(JsonFault.class);
  }

  @Test
  void whatIsTooDeepIsRefused() {
    assertThatThrownBy(() -> JsonTree.read(new StringReader("{\"a\":" + "[".repeat(5_000))))
        .isInstanceOf(JsonFault.class);
  }
}
