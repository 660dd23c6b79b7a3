package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.http.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest {
  private static final int MAX_EVENT = 32 << 10;
  private final Line line = Line.inMemory();

  @Nested
  class Size {

    @Test
    void anEventOf32KiBIsTakenAndOneByteMoreIsNot() {
      line.track(sized(MAX_EVENT)).send().accepted();
      line.track(sized(MAX_EVENT + 1)).send().refused(413, "Payload Too Large")
          .message("event: 32769 bytes, limit is 32768");
    }

    @Test
    void aBodyOverOneMiBIsSaidToBeOne() {
      line.track(sized(1 << 20)).send().refused(413, "Payload Too Large")
          .message("event: 1048576 bytes, limit is 32768");
      line.track(sized((1 << 20) + 1)).send().refused(413, "Payload Too Large")
          .message("body: 1048577 bytes, limit is 1048576");
    }

    @Test
    void sizeCountsInBytesAndComesBeforeJson() {
      line.track("é".repeat(MAX_EVENT / 2 + 1)).send().refused(413, "Payload Too Large");
    }

    @Test
    void gzipCountsAfterDecompressionAndABombIs413() {
      line.track("").header("content-encoding", "gzip").body(gzip(Line.utf8(sized(MAX_EVENT)))).send().accepted();
      line.track("").header("content-encoding", "GZIP ").body(gzip(Line.utf8(sized(MAX_EVENT + 1)))).send()
          .refused(413, "Payload Too Large");
      line.track("").header("content-encoding", "gzip").body(gzip(new byte[64 << 20])).send()
          .refused(413, "Payload Too Large").message("body: 1048577 bytes, limit is 1048576");
      line.track("").header("content-encoding", "gzip").body(new byte[HttpRequest.MAX_BODY_BYTES + 1]).send()
          .refused(413, "Payload Too Large");
    }
  }

  @Nested
  class Encoding {

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "gzip, gzip", "zstd"})
    void anotherContentEncodingIsRefusedByName(String encoding) {
      line.track("{\"event\":\"e\"}").header("content-encoding", encoding).send().refused(400, "Bad Request")
          .message("content-encoding: must be gzip or identity");
    }

    @Test
    void whatIsNotGzipOrIsCutOffIsMalformed() {
      var whole = gzip(Line.utf8("{\"event\":\"e\"}"));
      for (var body : new byte[][]{Line.utf8("{\"event\":\"e\"}"), {}, Arrays.copyOf(whole, whole.length - 9)}) {
        line.track("").header("content-encoding", "gzip").body(body).send().refused(400, "Bad Request");
      }
      line.track("").body(whole).send().refused(400, "Bad Request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "multipart/form-data", "",
        "image/png"})
    void theBodyIsJsonWhateverTheContentTypeSays(String type) {
      line.track("{\"event\":\"e\"}").header("content-type", type).send().accepted();
      line.track("").header("content-type", type).header("content-encoding", "gzip")
          .body(gzip(Line.utf8("{\"event\":\"e\"}"))).send().accepted();
    }
  }

  @Nested
  class Json {

    @ParameterizedTest
    @ValueSource(strings = {"", "[", "nul", "{", "{}{}", "{\"event\":\"e\",}",
        "{\"event\":\"e\"} x", "{'event':'e'}", "{\"event\":\"e\",\"event\":\"f\"}", "{\"event\":\"e\",\"n\":NaN}",
        "{\"event\":\"e\"/**/}", "{\"event\":\"\\ud800\"}", "{\"event\":\"e\",\"properties\":{\"a\":1,\"a\":1}}"})
    void whatIsNotStrictIsMalformed(String text) {
      line.track(text).send().refused(400, "Bad Request");
      line.identify(text).send().refused(400, "Bad Request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "[{\"event\":\"e\"}]", "\"e\"", "1", "true"})
    void whatIsNoObjectIsAnInvalidRequest(String text) {
      line.track(text).send().refused(400, "Invalid track request").message("body: must be an object");
      line.identify(text).send().refused(400, "Invalid identify request").message("body: must be an object");
    }

    @Test
    void badUtf8IsMalformed() {
      line.track("").body(new byte[]{'{', '"', 'e', 'v', 'e', 'n', 't', '"', ':', '"', (byte) 0xFF, '"', '}'}).send()
          .refused(400, "Bad Request").message("body: is not valid UTF-8");
    }

    @Test
    void deepOrWideJsonIsMalformed() {
      line.track("{\"event\":\"e\",\"properties\":" + "{\"a\":".repeat(63) + "1" + "}".repeat(63) + "}").send()
          .accepted();
      line.track("{\"event\":\"e\",\"properties\":" + "{\"a\":".repeat(64) + "1" + "}".repeat(64) + "}").send()
          .refused(400, "Bad Request").message("properties: is deeper than 64 levels");
      line.track("[".repeat(30_000)).send().refused(400, "Bad Request");
      line.track("{\"a\":" + "[".repeat(30_000)).send().refused(400, "Bad Request");
    }

    @Test
    void itComesBeforeTheSchemaAndTheCredential() {
      line.track("{\"event\":1,}").anonymous().send().refused(400, "Bad Request");
      line.track("{\"event\":1}").anonymous().send().refused(400, "Invalid track request");
      line.track("{\"event\":\"e\"}").anonymous().send().refused(401, "Authentication required");
    }

    @Test
    void noMessageQuotesTheText() {
      assertThat(line.track("{\"event\": secret").send().refused(400, "Bad Request").body()).doesNotContain("secret");
    }
  }

  private static String sized(int bytes) {
    var rest = "{\"event\":\"e\",\"properties\":{\"p\":\"\"}}";
    return rest.replace("\"\"", "\"" + "x".repeat(bytes - rest.length()) + "\"");
  }

  private static byte[] gzip(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
