package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.json.JsonObject;
import dev.nodash.model.EventTime;
import dev.nodash.model.EventType;
import dev.nodash.model.Relations;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Page, screen, group and alias, and the times of an SDK, as Segment's specification has them. */
class SegmentCallsTest {
  private final Line line = Line.inMemory();

  private Request call(String path, String body) {
    return line.request("POST", path).key(Line.KEY1).body(body);
  }

  @ParameterizedTest
  @CsvSource({"/v1/page, PAGE", "/page/, PAGE", "/v1/p, PAGE", "/v1/screen, SCREEN", "/v1/s, SCREEN",
      "/v1/group, GROUP", "/v1/g/, GROUP", "/v1/alias, ALIAS", "/v1/a, ALIAS", "/v1/t, TRACK"})
  void eachHasItsPathAndTheShortOneOfTheBrowsersSdk(String path, EventType type) {
    var reply = call(path,
        "{\"event\":\"e\",\"userId\":\"u\",\"groupId\":\"g\",\"previousId\":\"p\",\"messageId\":\"m\"}")
        .send().accepted();
    assertThat(line.onlyEvent().type()).isEqualTo(type);
    assertThat(reply.text("eventId")).isEqualTo(line.onlyEvent().id().toString());
    assertThat(
        call(path, "{\"event\":\"e\",\"userId\":\"u\",\"groupId\":\"g\",\"previousId\":\"p\",\"messageId\":\"m\"}")
            .send().accepted().isDuplicate())
        .isTrue();
  }

  @Test
  void theShortPathOfIdentifyMakesAUser() {
    assertThat(call("/v1/i", "{\"userId\":\"u\",\"traits\":{\"a\":1}}").send().accepted().raw("created"))
        .isEqualTo("true");
    assertThat(line.user("u")).isPresent();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"/v1/page | {} | userId: is missing, and so is anonymousId",
      "/v1/screen | {\"userId\":null} | userId: is missing, and so is anonymousId",
      "/v1/group | {} | groupId: is missing; userId: is missing, and so is anonymousId",
      "/v1/group | {\"anonymousId\":\"a\",\"groupId\":7} | groupId: must be a string",
      "/v1/alias | {\"anonymousId\":\"a\"} | previousId: is missing; userId: is missing",
      "/v1/page | {\"userId\":\"u\",\"name\":7} | name: must be a string"})
  void whatTheSpecificationWantsIsWanted(String path, String body, String faults) {
    var reply = call(path, body).send();
    assertThat(reply.status()).isEqualTo(400);
    reply.refused(400, "Invalid " + path.substring(4) + " request").message(faults);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"{\"name\":\"Home\",\"category\":\"Docs\"} | Home | Docs",
      "{\"properties\":{\"name\":\"Home\",\"category\":\"Docs\"}} | Home | Docs",
      "{\"name\":\"Mine\",\"properties\":{\"name\":\"Other\"}} | Mine |", "{\"category\":\"Docs\"} | Docs | Docs",
      "{\"properties\":{\"name\":7,\"category\":\" \"}} | page |", "{} | page |",
      "{\"name\":\"Home\",\"category\":\"\"} | Home |",
      "{\"name\":\"\",\"category\":\"\",\"properties\":{\"name\":\"Start\"}} | Start |"})
  void aPageIsCalledByItsNameElseByItsCategory(String members, String name, String category) {
    call("/v1/page",
        "{\"anonymousId\":\"a\"," + members.substring(1).replace(",}", "}").replaceFirst("^}$", "\"x\":1}"))
        .send().accepted();
    assertThat(line.onlyEvent().name()).isEqualTo(name);
    assertThat(line.onlyEvent().relations().category()).isEqualTo(Optional.ofNullable(category));
  }

  @Test
  void aGroupHasTraitsAndAnAliasLinksTwoIds() {
    call("/v1/group", "{\"userId\":\"u\",\"groupId\":\"g\",\"traits\":{\"seats\":1.10}}").send().accepted();
    assertThat(line.onlyEvent().relations())
        .isEqualTo(new Relations(Optional.empty(), Optional.of("g"), Optional.empty()));
    assertThat(line.onlyEvent().traits().orElseThrow().value()).isEqualTo("{\"seats\":1.10}");
    assertThat(line.user("u")).as("the traits are the group's").isEmpty();
    var tenant2 = call("/v1/alias", "{\"userId\":\"u\",\"previousId\":\"before\"}").key(Line.KEY2).send();
    tenant2.accepted();
    var alias = line.stored("tenant2").getFirst();
    assertThat(alias.relations().previousId()).contains("before");
    assertThat(alias.actor().userId().orElseThrow().value()).isEqualTo("u");
  }

  @Test
  void aBeaconNamesItsTenantByTheKeyInItsQuery() {
    line.request("POST", "/v1/p").query("writeKey", Line.KEY1).header("content-type", "text/plain;charset=UTF-8")
        .body("{\"anonymousId\":\"a\"}").send().accepted();
    assertThat(line.stored("tenant1")).hasSize(1);
    line.request("POST", "/v1/p").query("writeKey", "wrong").header("content-type", "text/plain")
        .body("{\"anonymousId\":\"a\"}").send().refused(401, "Authentication failed");
  }

  @Nested
  class Times {

    private EventTime send(String times) {
      call("/v1/t", "{\"event\":\"e\"," + times + "}").send().accepted();
      return line.onlyEvent().time();
    }

    @Test
    void aClockThatIsOffIsCorrectedByWhatItSaysOfTheSending() {
      var time = send("\"timestamp\":\"2026-03-01T15:00:00Z\",\"sentAt\":\"2026-03-01T15:00:10.000+00:00\"");
      assertThat(time).isEqualTo(new EventTime(Line.NOW.minusSeconds(10), Line.NOW,
          Optional.of("2026-03-01T15:00:00Z"), Optional.of("2026-03-01T15:00:10.000+00:00"), true));
    }

    @Test
    void aClockOfAnotherCenturyToo() {
      var time = send("\"originalTimestamp\":\"1970-01-01T00:00:05Z\",\"sentAt\":\"1970-01-01T00:01:05Z\"");
      assertThat(time.timestamp()).isEqualTo(Line.NOW.minusSeconds(60));
      assertThat(time.skewCorrected()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-03-01T11:59:00.000Z", "2026-03-01T12:01:00Z", "2026-03-01T12:00:00Z"})
    void upToAMinuteIsTheNetworks(String sentAt) {
      var time = send("\"timestamp\":\"2026-03-01T11:00:00Z\",\"sentAt\":\"" + sentAt + "\"");
      assertThat(time).isEqualTo(new EventTime(Line.NOW.minusSeconds(3600), Line.NOW, Optional.empty(),
          Optional.of(sentAt), false));
    }

    @Test
    void nothingIsCorrectedIntoTheFuture() {
      var time = send("\"timestamp\":\"2026-03-01T18:00:00Z\",\"sentAt\":\"2026-03-01T15:00:00Z\"");
      assertThat(time.timestamp()).isEqualTo(Line.NOW);
      assertThat(time.skewCorrected()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"2026-03-01T15:00:00Z, +999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z, 2026-03-01T15:00:00Z",
        "-999999999-01-01T00:00:00Z, +999999999-12-31T23:59:59Z"})
    void whatCannotBeIsTheReceiptWithAllThatWasSent(String happened, String sentAt) {
      var time = send("\"timestamp\":\"" + happened + "\",\"sentAt\":\"" + sentAt + "\"");
      assertThat(time)
          .isEqualTo(new EventTime(Line.NOW, Line.NOW, Optional.of(happened), Optional.of(sentAt), false));
    }

    @Test
    void anEventOfABatchTakesTheBatchsTimeOfSendingUnlessItHasItsOwn() {
      call("/v1/batch", "{\"sentAt\":\"2026-03-01T15:00:10Z\",\"batch\":[{\"type\":\"track\",\"event\":\"e\","
          + "\"timestamp\":\"2026-03-01T15:00:00Z\"}]}").send().accepted();
      assertThat(line.onlyEvent().time().timestamp()).isEqualTo(Line.NOW.minusSeconds(10));
    }
  }

  @Nested
  class BrowserSettingsOf {

    @Test
    void aKeySendTheBrowserBackHere() {
      var reply = line.get("/v1/projects/any%20key/settings").header("host", "events.example:8443").secure().send();
      assertThat(reply.status()).isEqualTo(200);
      var integrations = JsonObject.parse(reply.json().get("integrations").orElseThrow().raw());
      var segment = JsonObject.parse(integrations.get("Segment.io").orElseThrow().raw());
      assertThat(segment.get("apiKey").orElseThrow().string()).isEqualTo("any key");
      assertThat(segment.get("apiHost").orElseThrow().string()).isEqualTo("events.example:8443/v1");
      assertThat(segment.get("protocol").orElseThrow().string()).isEqualTo("https");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/projects//settings", "/v1/projects/settings", "/v1/projects/a/b/settings",
        "/v1/projects/a/settings/x", "/v1/projects/%zz/settings"})
    void noKeyAreNothing(String path) {
      line.get(path).send().refused(404, "Not Found");
    }

    @Test
    void aHostThatIsNoneIsNotRepeated() {
      var reply = line.get("/v1/projects/k/settings/").header("host", "a\"b/c").send();
      assertThat(reply.body()).doesNotContain("apiHost").contains("\"protocol\":\"http\"");
    }
  }
}
