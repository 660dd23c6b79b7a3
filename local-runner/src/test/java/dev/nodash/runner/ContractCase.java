package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.http.Body;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * One request of the contract and what has to be answered, whatever edge it comes through.
 *
 * @param headers as they are written, a name as often as it has values
 * @param query as it stands in the URL, without the question mark
 * @param source the client's address
 * @param error the error's name; empty where the request succeeds
 * @param says what the answer's body contains
 * @param answers headers of the answer, by lower-case name
 */
record ContractCase(String name, String method, String path, String query, List<Map.Entry<String, String>> headers,
    Body body, String source, int status, String error, List<String> says, Map<String, String> answers) {

  /** A request without headers or body. */
  static ContractCase bare(String name, String method, String path) {
    return new ContractCase(name, method, path, "", List.of(), Body.EMPTY, "", 0, "", List.of(), Map.of());
  }

  /** A POST of JSON as tenant1 with its demo key. */
  static ContractCase post(String name, String path, String json) {
    return bare(name, "POST", path).header("Content-Type", "application/json").header("x-tenant-id", "tenant1")
        .header("x-api-key", "demo-api-key-tenant1").body(json);
  }

  static ContractCase track(String name, String json) {
    return post("track: " + name, "/v1/track", json);
  }

  static ContractCase identify(String name, String json) {
    return post("identify: " + name, "/v1/identify", json);
  }

  ContractCase header(String header, String value) {
    return with(Stream.concat(headers.stream(), Stream.of(Map.entry(header, value))).toList(), query, body);
  }

  ContractCase without(String header) {
    return with(headers.stream().filter(it -> !it.getKey().equalsIgnoreCase(header)).toList(), query, body);
  }

  /** The header with this value alone. */
  ContractCase instead(String header, String value) {
    return without(header).header(header, value);
  }

  /** Neither the tenant's header nor its key. */
  ContractCase anonymous() {
    return without("x-tenant-id").without("x-api-key");
  }

  ContractCase query(String text) {
    return with(headers, text, body);
  }

  ContractCase body(String text) {
    return body(text.getBytes(UTF_8));
  }

  ContractCase body(byte[] bytes) {
    return with(headers, query, new Body(bytes));
  }

  /** The body compressed, and labelled so. */
  ContractCase gzipped() {
    return body(gzip(body.bytes())).header("Content-Encoding", "gzip");
  }

  ContractCase answers(int expected, String... contained) {
    return refused(expected, "", contained);
  }

  ContractCase refused(int expected, String expectedError, String... contained) {
    return new ContractCase(name, method, path, query, headers, body, source, expected, expectedError,
        List.of(contained), answers);
  }

  /** Headers that the answer has, name and value in turn. */
  ContractCase withHeaders(Map<String, String> expected) {
    return new ContractCase(name, method, path, query, headers, body, source, status, error, says, expected);
  }

  ContractCase from(String address) {
    return new ContractCase(name, method, path, query, headers, body, address, status, error, says, answers);
  }

  /** Whether the gateway has to send the body in base64: what is no text. */
  boolean isBinary() {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(body.bytes())).chars().anyMatch(c -> c == 0);
    } catch (CharacterCodingException e) {
      return true;
    }
  }

  static byte[] gzip(byte[] plain) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private ContractCase with(List<Map.Entry<String, String>> newHeaders, String newQuery, Body newBody) {
    return new ContractCase(name, method, path, newQuery, newHeaders, newBody, source, status, error, says, answers);
  }
}
