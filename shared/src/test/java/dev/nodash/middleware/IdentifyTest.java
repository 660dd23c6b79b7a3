package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.model.EventType;
import dev.nodash.storage.StoreUnavailable;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class IdentifyTest {
  private final Line line = Line.inMemory();

  private Map<String, String> traits(String user) {
    return line.user(user).orElseThrow().traits().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().value().value()));
  }

  private Reply send(String body) {
    return line.identify(body).send().accepted();
  }

  @Nested
  class Created {

    @Test
    void isTrueForTheEventThatCreatedTheUserAndFalseForTheNext() {
      var reply = send("{\"userId\":\"u\"}");
      assertThat(reply.text("userId")).isEqualTo("u");
      assertThat(reply.raw("created")).isEqualTo("true");
      assertThat(send("{\"userId\":\"u\"}").raw("created")).isEqualTo("false");
    }

    @Test
    void isTrueAgainOnItsRetryAlsoAfterOthers() {
      var body = "{\"userId\":\"u\",\"messageId\":\"m1\"}";
      assertThat(send(body).raw("created")).isEqualTo("true");
      assertThat(send("{\"userId\":\"u\",\"messageId\":\"m2\"}").raw("created")).isEqualTo("false");
      var retry = send(body);
      assertThat(retry.raw("created")).isEqualTo("true");
      assertThat(retry.isDuplicate()).isTrue();
      assertThat(send("{\"userId\":\"u\",\"messageId\":\"m2\"}").raw("created")).isEqualTo("false");
    }

    @Test
    void isTrueOnARetryWhoseFirstAttemptMergedButCouldNotStoreTheEvent() {
      var body = "{\"userId\":\"u\",\"messageId\":\"m\",\"traits\":{\"a\":1}}";
      line.events.before = () -> {
        throw new StoreUnavailable("disk full");
      };
      line.identify(body).send().refused(503, "Service Unavailable");
      assertThat(line.stored("tenant1")).isEmpty();
      line.events.heal();
      var retry = send(body);
      assertThat(retry.raw("created")).isEqualTo("true");
      assertThat(retry.isDuplicate()).isFalse();
      assertThat(line.onlyEvent().type()).isEqualTo(EventType.IDENTIFY);
      assertThat(traits("u")).containsOnly(Map.entry("a", "1"));
    }
  }

  @Nested
  class Merge {

    @Test
    void goesKeyByKeyAndANullIsAValue() {
      send("{\"userId\":\"u\",\"traits\":{\"a\":1,\"b\":2}}");
      line.clock.advance(Duration.ofSeconds(1));
      send("{\"userId\":\"u\",\"traits\":{\"b\":null,\"c\":3}}");
      assertThat(traits("u")).containsOnly(Map.entry("a", "1"), Map.entry("b", "null"), Map.entry("c", "3"));
    }

    @Test
    void ofAnOlderTimeDoesNotUndoANewerValue() {
      send("{\"userId\":\"u\",\"timestamp\":\"2026-03-01T11:00:00Z\",\"traits\":{\"plan\":\"new\"}}");
      send("{\"userId\":\"u\",\"timestamp\":\"2026-03-01T10:00:00Z\",\"traits\":{\"plan\":\"old\",\"x\":1}}");
      assertThat(traits("u")).containsOnly(Map.entry("plan", "\"new\""), Map.entry("x", "1"));
    }

    @Test
    void ofAFutureTimeDoesNotWinOverWhatComesLater() {
      send("{\"userId\":\"u\",\"timestamp\":\"2026-03-02T12:00:00Z\",\"traits\":{\"plan\":\"future\"}}");
      line.clock.advance(Duration.ofSeconds(1));
      send("{\"userId\":\"u\",\"traits\":{\"plan\":\"later\"}}");
      assertThat(traits("u")).containsOnly(Map.entry("plan", "\"later\""));
    }

    @Test
    void ofTheSameMessageWithAnotherBodyChangesNothing() {
      send("{\"userId\":\"u\",\"messageId\":\"m\",\"traits\":{\"a\":1}}");
      line.clock.advance(Duration.ofSeconds(1));
      assertThat(send("{\"userId\":\"u\",\"messageId\":\"m\",\"traits\":{\"a\":2,\"b\":3}}").isDuplicate()).isTrue();
      assertThat(send("{\"userId\":\"v\",\"messageId\":\"m\"}").raw("created")).isEqualTo("false");
      assertThat(traits("u")).containsOnly(Map.entry("a", "1"));
      assertThat(line.user("v")).isEmpty();
      assertThat(line.onlyEvent().traits().orElseThrow().value()).isEqualTo("{\"a\":1}");
    }

    @Test
    void beyondOneMiBOfTraitsIs413AndChangesNothing() {
      var value = "x".repeat(30_000);
      for (int i = 0; i < 34; i++) {
        send("{\"userId\":\"u\",\"traits\":{\"t" + i + "\":\"" + value + "\"}}");
      }
      line.identify("{\"userId\":\"u\",\"messageId\":\"m\",\"traits\":{\"last\":\"" + value + "\"}}").send()
          .refused(413, "Payload Too Large");
      assertThat(traits("u")).hasSize(34).doesNotContainKey("last");
      assertThat(line.stored("tenant1")).hasSize(34);
      assertThat(send("{\"userId\":\"u\",\"messageId\":\"m\"}").isDuplicate()).isFalse();
    }
  }

  @Test
  void anAnonymousIdAloneStoresTheEventAndMakesNoUser() {
    var reply = send("{\"anonymousId\":\"a\",\"traits\":{\"t\":1}}");
    assertThat(reply.raw("created")).isEqualTo("false");
    assertThat(reply.json().members()).containsKey("userId");
    assertThat(reply.json().get("userId")).isEmpty();
    assertThat(line.allUsers()).isEmpty();
    assertThat(line.onlyEvent().actor().anonymousId()).contains("a");
  }

  @Test
  void aTrackCallMakesNoUserEither() {
    line.track("{\"event\":\"e\",\"userId\":\"u\"}").send().accepted();
    assertThat(line.allUsers()).isEmpty();
  }
}
