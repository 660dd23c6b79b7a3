package dev.nodash.runner;

import static dev.nodash.runner.MalformedHttp.AS_TENANT1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A request in the body of another: whatever a proxy in front of us may have taken for the end of the first, nobody stores the
 * second, and a header that comes twice is nobody's credential.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-11.2">RFC 9112, request smuggling</a>
 */
class SmugglingIT {
  private static final String FIRST = "{\"event\":\"first\"}";

  /** Heads of a request whose body holds another, by what is wrong with them; LENGTH is that of the whole body. */
  private static final Map<String, String> HEADS = heads();

  private static Map<String, String> heads() {
    var heads = new LinkedHashMap<String, String>();
    heads.put("a length and chunks", "Content-Length: LENGTH\r\nTransfer-Encoding: chunked");
    heads.put("chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: LENGTH");
    heads.put("chunks by a name with a space", "Content-Length: LENGTH\r\nTransfer-Encoding : chunked");
    heads.put("chunks behind a tab", "Content-Length: LENGTH\r\nTransfer-Encoding:\tchunked");
    heads.put("chunks of another kind", "Content-Length: LENGTH\r\nTransfer-Encoding: xchunked");
    heads.put("chunks and identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: LENGTH");
    heads.put("chunks in a folded line", "Content-Length: LENGTH\r\nX: a\r\n Transfer-Encoding: chunked");
    heads.put("a length in a folded line", "X: a\r\n Content-Length: LENGTH");
    heads.put("chunks behind a vertical tab", "Content-Length: LENGTH\r\nTransfer-Encoding: \u000bchunked");
    heads.put("a length by a name with a space", "Content-Length : LENGTH");
    heads.put("two lengths in a line", "Content-Length: 17, LENGTH");
    heads.put("two lengths", "Content-Length: 17\r\nContent-Length: LENGTH");
    heads.put("a length with a sign", "Content-Length: +17");
    heads.put("a hexadecimal length", "Content-Length: 0x11");
    heads.put("a length that is too large", "Content-Length: 18446744073709551633");
    heads.put("a chunk that is too large", "Transfer-Encoding: chunked\r\nX: chunk=10000000000000011");
    heads.put("a carriage return alone", "Content-Length: LENGTH\rTransfer-Encoding: chunked");
    heads.put("a NUL in a name", "Content-Length: LENGTH\r\nTransfer-Encoding\u0000: chunked");
    return heads;
  }

  private static String smuggled(int number) {
    var event = "{\"event\":\"smuggled-" + number + "\"}";
    return "POST /v1/track HTTP/1.1\r\n" + AS_TENANT1 + "Content-Length: " + event.length() + "\r\n\r\n" + event;
  }

  private static String attempt(String head, int number) {
    var chunk = head.contains("chunk=") ? head.substring(head.indexOf("chunk=") + 6) : "0";
    var body = head.contains("hunked") ? chunk + "\r\n\r\n" + smuggled(number) : FIRST + smuggled(number);
    return "POST /v1/track HTTP/1.1\r\n" + AS_TENANT1 + head.replace("LENGTH", Integer.toString(body.length()))
        + "\r\n\r\n" + body;
  }

  @Test
  void aRequestInTheBodyOfAnotherIsNeverTaken(@TempDir Path folder) throws IOException {
    try (var runner = RunnerProcess.start(folder, Map.of())) {
      var raw = new RawHttp(runner.port());
      var checks = new SoftAssertions();
      int number = 0;
      for (var head : HEADS.entrySet()) {
        var answer = raw.exchange(attempt(head.getValue(), number++));
        var answers = List.of(answer.split("HTTP/1\\.1 ", -1));
        checks.assertThat(answers.subList(1, answers.size())).as(head.getKey()).isNotEmpty()
            .allMatch(it -> it.startsWith("400 "));
        // A folded line is a part of the one before it (RFC 9112, section 5.2), so that where the first ends is no question.
        if (!head.getKey().contains("folded")) {
          checks.assertThat(answers).as(head.getKey()).hasSize(2);
          checks.assertThat(answer).as(head.getKey()).contains("Connection: close");
        }
      }
      // A body where none belongs is passed over as one.
      var inner = smuggled(number);
      var answer = raw
          .exchange("GET /v1/health HTTP/1.1\r\nHost: a\r\nContent-Length: " + inner.length() + "\r\n\r\n" + inner);
      checks.assertThat(answer.split("HTTP/1\\.1 ", -1)).as("the body of a GET").hasSize(2);
      checks.assertAll();
    }
    try (var files = Files.walk(folder.resolve("data"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), UTF_8)).as(file.toString()).doesNotContain("smuggled");
      }
    }
  }

  @Test
  void aHeaderThatComesTwiceIsNobodysCredential(@TempDir Path folder) {
    try (var runner = RunnerProcess.start(folder, Map.of())) {
      var raw = new RawHttp(runner.port());
      var rest = "\r\nContent-Length: " + FIRST.length() + "\r\n\r\n" + FIRST;
      var start = "POST /v1/track HTTP/1.1\r\n" + AS_TENANT1;
      assertThat(raw.first(start + "x-tenant-id: tenant2" + rest).status()).isEqualTo(400);
      assertThat(raw.first(start + "x-api-key: demo-api-key-tenant2" + rest).status()).isEqualTo(401);
      assertThat(raw.first(start + "x-api-key: demo-api-key-tenant1" + rest).status()).isEqualTo(401);
      assertThat(
          raw.first(start + "Authorization: Bearer a\r\nAuthorization: Bearer demo-api-key-tenant2" + rest).status())
          .as("beside a right key").isEqualTo(200);
    }
  }
}
