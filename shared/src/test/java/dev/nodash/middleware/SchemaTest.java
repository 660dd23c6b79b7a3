package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.model.UserId;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {
  private final Line line = Line.inMemory();

  @Nested
  class Track {

    @Test
    void everyFaultIsToldAtOnceWithItsPath() {
      line.track("""
          {"event":" ","userId":7,"anonymousId":"","sessionId":"a\\u0000b","deviceId":["d"],"properties":[],
           "context":"c","timestamp":"yesterday","messageId":true,"writeKey":{}}""").send()
          .refused(400, "Invalid track request")
          .message("properties: must be an object; event: is blank; writeKey: must be a string; "
              + "userId: must be a string; anonymousId: is empty; sessionId: has a control character; "
              + "deviceId: must be a string; context: must be an object; "
              + "timestamp: must be a time in ISO 8601 or epoch milliseconds; messageId: must be a string");
    }

    @ParameterizedTest
    @CsvSource({"{}, event: is missing", "'{\"event\":null}', event: is missing", "'{\"event\":\"\"}', event: is blank",
        "'{\"event\":5}', event: must be a string", "'{\"event\":\"a\\u0007\"}', event: has a control character"})
    void theEventIsRequired(String body, String message) {
      line.track(body).send().refused(400, "Invalid track request").message(message);
    }

    @ParameterizedTest
    @CsvSource({"event, 200", "userId, 255", "anonymousId, 255", "sessionId, 255", "deviceId, 255", "messageId, 255"})
    void lengthsCountCharactersNotBytes(String field, int max) {
      var body = "{\"event\":\"e\",\"%s\":\"%s\"}";
      if (field.equals("event")) {
        body = "{\"%s\":\"%s\"}";
      }
      line.track(body.formatted(field, "😀".repeat(max))).send().accepted();
      line.track(body.formatted(field, "😀".repeat(max + 1))).send().refused(400, "Invalid track request")
          .message(field + ": " + (max + 1) + " characters, limit is " + max);
    }

    @Test
    void nullCountsAsAbsentAndUnknownFieldsAreIgnored() {
      line.track("""
          {"event":"e","userId":null,"anonymousId":null,"sessionId":null,"deviceId":null,"properties":null,
           "context":null,"timestamp":null,"messageId":null,"writeKey":null,"zzz":{"event":1},"traits":[]}""").send()
          .accepted();
      var event = line.onlyEvent();
      assertThat(event.actor().userId()).isEmpty();
      assertThat(event.properties()).isEmpty();
      assertThat(event.messageId()).isEmpty();
    }

    @Test
    void everyFieldReachesTheStore() {
      line.track("""
          {"event":"e","userId":"u","anonymousId":"a","sessionId":"s","deviceId":"d","properties":{"p":1},
           "context":{"c":2},"messageId":"m"}""").send().accepted();
      var event = line.onlyEvent();
      assertThat(event.name()).isEqualTo("e");
      assertThat(event.actor().userId()).contains(new UserId("u"));
      assertThat(event.actor().anonymousId()).contains("a");
      assertThat(event.actor().sessionId()).contains("s");
      assertThat(event.actor().deviceId()).contains("d");
      assertThat(event.properties().orElseThrow().value()).isEqualTo("{\"p\":1}");
      assertThat(event.context().orElseThrow().value()).isEqualTo("{\"c\":2}");
      assertThat(event.messageId()).contains("m");
    }

    @ParameterizedTest
    @CsvSource({"'{\"userId\":\"p\"}', p", "'{\"userId\":7}',", "'{\"userId\":\"\"}',", "'{\"userId\":null}',",
        "'{\"user\":{\"userId\":\"p\"}}',"})
    void theUserAmongThePropertiesStandsInWhereItIsAUserId(String properties, String user) {
      line.track("{\"event\":\"e\",\"properties\":" + properties + "}").send().accepted();
      assertThat(line.onlyEvent().actor().userId().map(UserId::value).orElse(null)).isEqualTo(user);
    }

    @Test
    void theUserAtTheTopWinsOverTheOneAmongTheProperties() {
      line.track("{\"event\":\"e\",\"userId\":\"top\",\"properties\":{\"userId\":\"inner\"}}").send().accepted();
      assertThat(line.onlyEvent().actor().userId()).contains(new UserId("top"));
    }

    @Test
    void theHeaderIdempotencyKeyStandsInForTheMessageIdAndYieldsToIt() {
      line.track("{\"event\":\"e\"}").header("idempotency-key", "h").send().accepted();
      assertThat(line.onlyEvent().messageId()).contains("h");
      assertThat(line.track("{\"event\":\"e\",\"messageId\":\"h\"}").header("idempotency-key", "other").send()
          .accepted().isDuplicate()).isTrue();
      line.track("{\"event\":\"e\"}").header("idempotency-key", "k".repeat(256)).send()
          .refused(400, "Invalid track request").message("Idempotency-Key: 256 characters, limit is 255");
    }
  }

  @Nested
  class Identify {

    @Test
    void everyFaultIsToldAtOnceAlsoThatNobodyIsNamed() {
      line.identify("{\"traits\":[],\"context\":1,\"timestamp\":{}}").send().refused(400, "Invalid identify request")
          .message("traits: must be an object; userId: is missing, and so is anonymousId; context: must be an object; "
              + "timestamp: must be a time in ISO 8601 or epoch milliseconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"userId\":null}", "{\"traits\":{\"userId\":\"u\"}}",
        "{\"properties\":{\"userId\":\"u\"}}"})
    void somebodyHasToBeNamed(String body) {
      line.identify(body).send().refused(400, "Invalid identify request")
          .message("userId: is missing, and so is anonymousId");
    }

    @Test
    void aWrongIdIsNotCalledMissing() {
      line.identify("{\"userId\":7}").send().refused(400, "Invalid identify request")
          .message("userId: must be a string");
      line.identify("{\"userId\":\"u\\n\",\"anonymousId\":\"\"}").send().refused(400, "Invalid identify request")
          .message("userId: has a control character; anonymousId: is empty");
    }
  }
}
