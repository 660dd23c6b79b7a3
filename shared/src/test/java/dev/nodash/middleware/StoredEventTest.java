package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.model.EventId;
import dev.nodash.model.TenantId;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredEventTest {
  private final Line line = Line.inMemory();

  @Nested
  class Time {
    private static final Instant TEN_YEARS_AGO = Line.NOW.atOffset(ZoneOffset.UTC).minusYears(10).toInstant();
    private static final Instant TOMORROW = Line.NOW.plusSeconds(86_400);

    private void send(String timestamp) {
      var reply = line.track("{\"event\":\"e\",\"timestamp\":" + timestamp + "}").send().accepted();
      assertThat(reply.text("timestamp")).as("the receipt").isEqualTo("2026-03-01T12:00:00.000Z");
      assertThat(line.onlyEvent().time().receivedAt()).isEqualTo(Line.NOW);
    }

    @ParameterizedTest
    @CsvSource({"2026-03-01T14:00:00+02:00, 2026-03-01T12:00:00Z", "2026-03-01T01:30:00-0830, 2026-03-01T10:00:00Z",
        "2026-02-28T23:59:59.9999Z, 2026-02-28T23:59:59.999Z", "2026-01-01, 2026-01-01T00:00:00Z"})
    void isTheOneOfIso8601WithItsOffset(String sent, Instant expected) {
      send('"' + sent + '"');
      assertThat(line.onlyEvent().time().timestamp()).isEqualTo(expected);
      assertThat(line.onlyEvent().time().sent()).isEmpty();
    }

    @Test
    void mayBeEpochMilliseconds() {
      send(Long.toString(Line.NOW.toEpochMilli() - 1));
      assertThat(line.onlyEvent().time().timestamp()).isEqualTo(Line.NOW.minusMillis(1));
    }

    @Test
    void isTheReceiptWhereNoneWasSent() {
      line.track("{\"event\":\"e\"}").send().accepted();
      assertThat(line.onlyEvent().time().timestamp()).isEqualTo(Line.NOW);
      assertThat(line.onlyEvent().time().sent()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"9999-12-31T23:59:59Z\"", "\"0001-01-01T00:00:00Z\"", "\"1970-01-01\"", "0", "-1",
        "999999999999999999", "\"+999999999-12-31T23:59:59-18:00\"", "\"-999999999-01-01T00:00:00+18:00\""})
    void isTheReceiptWhereItIsFarAndTheOriginalIsKept(String sent) {
      send(sent);
      assertThat(line.onlyEvent().time().timestamp()).isEqualTo(Line.NOW);
      assertThat(line.onlyEvent().time().sent()).contains(sent.replace("\"", ""));
    }

    @Test
    void isKeptUpToExactlyTenYearsBack() {
      send("\"" + TEN_YEARS_AGO + "\"");
      assertThat(line.onlyEvent().time().timestamp()).isEqualTo(TEN_YEARS_AGO);
    }

    @Test
    void isNotKeptMoreThanTenYearsBack() {
      send("\"" + TEN_YEARS_AGO.minusMillis(1) + "\"");
      assertThat(line.onlyEvent().time().timestamp()).isEqualTo(Line.NOW);
    }

    @Test
    void isKeptUpToExactly24HoursAhead() {
      send("\"" + TOMORROW + "\"");
      assertThat(line.onlyEvent().time().timestamp()).isEqualTo(TOMORROW);
    }

    @Test
    void isNotKeptMoreThan24HoursAhead() {
      send("\"" + TOMORROW.plusMillis(1) + "\"");
      assertThat(line.onlyEvent().time().timestamp()).isEqualTo(Line.NOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"now\"", "\"2026-02-30T00:00:00Z\"", "1.5", "1e3", "true", "[]", "{}",
        "\"1700000000000\"", "1111111111111111111111111111"})
    void isRefusedWhereItIsNone(String sent) {
      line.track("{\"event\":\"e\",\"timestamp\":" + sent + "}").send().refused(400, "Invalid track request")
          .message("timestamp: must be a time in ISO 8601 or epoch milliseconds");
    }
  }

  @Nested
  class Values {

    @Test
    void areKeptDigitForDigit() {
      var properties = "{\"big\":9007199254740993,\"huge\":1e400,\"price\":1.10,\"zero\":-0.0,\"a.b\":1,\"a\":{\"b\":2},"
          + "\"esc\":\"\\u00e9\\/\",\"null\":null, \"list\":[ 1 ,2]}";
      line.track("{\"event\":\"e\",\"properties\":" + properties + ",\"context\":{\"v\":1.0}}").send().accepted();
      assertThat(line.onlyEvent().properties().orElseThrow().value()).isEqualTo(properties);
      assertThat(line.onlyEvent().context().orElseThrow().value()).isEqualTo("{\"v\":1.0}");
    }

    @Test
    void ofTraitsAreKeptDigitForDigitInTheEventAndTheUser() {
      line.identify("{\"userId\":\"u\",\"traits\":{\"n\":9007199254740993,\"x\":1e400,\"p\":1.10,\"z\":null}}").send()
          .accepted();
      assertThat(line.onlyEvent().traits().orElseThrow().value())
          .isEqualTo("{\"n\":9007199254740993,\"x\":1e400,\"p\":1.10,\"z\":null}");
      assertThat(line.user("u").orElseThrow().traits()).extractingFromEntries(e -> e.getValue().value().value())
          .containsExactly("9007199254740993", "1.10", "1e400", "null");
    }
  }

  @Nested
  class Id {

    @Test
    void isVersion8OfTenantAndMessageWhereTheClientSentOne() {
      var id = line.track("{\"event\":\"e\",\"messageId\":\"m\"}").send().accepted().text("eventId");
      assertThat(id).isEqualTo(EventId.ofMessage(new TenantId("tenant1"), "m").toString());
      assertThat(line.onlyEvent().id()).hasToString(id);
      assertThat(line.onlyEvent().id().value().version()).isEqualTo(8);
      assertThat(line.onlyEvent().id().value().variant()).isEqualTo(2);
    }

    @Test
    void isVersion7OfTheReceiptWhereTheClientSentNone() {
      var first = line.track("{\"event\":\"e\"}").send().accepted().text("eventId");
      var second = line.track("{\"event\":\"e\"}").send().accepted().text("eventId");
      assertThat(first).isNotEqualTo(second);
      var id = EventId.parse(first).value();
      assertThat(id.version()).isEqualTo(7);
      assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(Line.NOW.toEpochMilli());
    }
  }
}
