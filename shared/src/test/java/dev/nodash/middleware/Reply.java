package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.http.HttpResponse;
import dev.nodash.json.JsonObject;
import java.util.Optional;

/** A response and what tests ask of it. */
record Reply(HttpResponse response) {

  int status() {
    return response.status();
  }

  String body() {
    return response.body();
  }

  JsonObject json() {
    return JsonObject.parse(body());
  }

  String text(String member) {
    return json().get(member).orElseThrow(() -> new AssertionError(member + " is not in " + body())).string();
  }

  String raw(String member) {
    return json().get(member).orElseThrow(() -> new AssertionError(member + " is not in " + body())).raw().value();
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(response.headers().get(name));
  }

  int number(String header) {
    return Integer.parseInt(header(header).orElseThrow(() -> new AssertionError(header + " is missing")));
  }

  boolean isDuplicate() {
    return json().get("message").filter(it -> it.string().equals("Event already processed")).isPresent();
  }

  /** It was accepted: the body has every member of a success. */
  Reply accepted() {
    assertThat(status()).as(body()).isEqualTo(200);
    assertThat(raw("success")).isEqualTo("true");
    assertThat(text("timestamp")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(text("requestId")).isEqualTo(header("x-request-id").orElseThrow());
    return this;
  }

  /** It was refused: the body has the five members of an error and no other. */
  Reply refused(int status, String error) {
    assertThat(status()).as(body()).isEqualTo(status);
    assertThat(json().members().keySet()).containsExactly("error", "message", "statusCode", "timestamp", "requestId");
    assertThat(text("error")).isEqualTo(error);
    assertThat(text("message")).isNotBlank();
    assertThat(raw("statusCode")).isEqualTo(Integer.toString(status));
    assertThat(text("timestamp")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(text("requestId")).isEqualTo(header("x-request-id").orElseThrow());
    if (status == 429 || status == 503) {
      assertThat(number("Retry-After")).isPositive();
    }
    return this;
  }

  Reply message(String expected) {
    assertThat(text("message")).isEqualTo(expected);
    return this;
  }
}
