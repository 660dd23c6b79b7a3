package dev.nodash.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.model.JsonText;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonBuilderTest {

  @Test
  void whatIsNotPlainIsQuotedAndComesBackAsItWas() {
    var texts = List.of("", "plain ~", "\"", "\\", "tab\tline\nnul\0", "\u007f", "\u0080ÿ", "Größe", "日本", "a😀b",
        "x".repeat(1000));
    for (var text : texts) {
      var object = new JsonBuilder().add("a", "first").add(text, text).add("z", 1).end();
      var parsed = JsonObject.parse(object);
      assertThat(parsed.get(text).map(JsonValue::string)).contains(text);
      assertThat(parsed.get("z").map(JsonValue::raw)).contains(new JsonText("1"));
      assertThat(JsonObject.parse("{\"a\":" + JsonBuilder.quoted(text) + "}").get("a").map(JsonValue::string))
          .contains(text);
    }
  }

  @Test
  void anObjectMayBeginBehindOthers() {
    var out = new Bytes(1).put("head ");
    new JsonBuilder(out).add("s", Optional.of("é")).add("none", Optional.empty()).add("raw", new JsonText("[1.10]"))
        .add("is", true).add("at", Instant.EPOCH).finish();
    new JsonBuilder(out.put('\n')).finish();
    assertThat(out.toString())
        .isEqualTo("head {\"s\":\"é\",\"raw\":[1.10],\"is\":true,\"at\":\"1970-01-01T00:00:00.000Z\"}\n{}");
  }

  @Test
  void numbersAreBigEndian() {
    var bytes = new Bytes(0).putShort(0xFEDC).putInt(0x89ABCDEF).putLong(0x0123456789ABCDEFL).setInt(2, 7);
    assertThat(bytes.size()).isEqualTo(14);
    assertThat(bytes.array()).startsWith(0xFE, 0xDC, 0, 0, 0, 7, 1, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF);
  }
}
