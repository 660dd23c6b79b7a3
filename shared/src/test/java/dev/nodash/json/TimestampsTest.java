package dev.nodash.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

  @ParameterizedTest
  @CsvSource({"2025-01-01T00:00:00.000Z, 2025-01-01T00:00:00Z", "2025-01-01T02:00:00+02:00, 2025-01-01T00:00:00Z",
      "2025-01-01T02:00:00+0200, 2025-01-01T00:00:00Z", "2025-01-01T02:00:00+02, 2025-01-01T00:00:00Z",
      "2025-01-01T00:00:00-08:30, 2025-01-01T08:30:00Z", "2025-01-01T00:00:00.123456789Z, 2025-01-01T00:00:00.123Z",
      "2025-01-01T00:00, 2025-01-01T00:00:00Z", "2025-01-01, 2025-01-01T00:00:00Z",
      "2025-01-01t00:00:00z, 2025-01-01T00:00:00Z",
      "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z"})
  void readsIso8601(String text, Instant expected) {
    assertThat(Timestamps.parse(text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "2025-13-01T00:00:00Z", "2025-02-30", "2025-01-01T25:00:00Z",
      "1735689600000",
      "2025-01-01T00:00:00 Z", "2025-01-01T00:00:00+99:00"})
  void refusesOtherTexts(String text) {
    assertThat(Timestamps.parse(text)).isEmpty();
  }

  @Test
  void readsEpochMillisecondsInPlainDigitsOnly() {
    assertThat(Timestamps.parseEpochMillis("1735689600000")).contains(Instant.parse("2025-01-01T00:00:00Z"));
    assertThat(Timestamps.parseEpochMillis("-1")).contains(Instant.ofEpochMilli(-1));
    assertThat(Timestamps.parseEpochMillis("1e400")).isEmpty();
    assertThat(Timestamps.parseEpochMillis("1.5")).isEmpty();
    assertThat(Timestamps.parseEpochMillis("9".repeat(40))).isEmpty();
  }

  @Test
  void writesMillisecondsAndZ() {
    assertThat(Timestamps.format(Instant.parse("2025-01-01T00:00:00Z"))).isEqualTo("2025-01-01T00:00:00.000Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "2024-02-29T12:34:56.789Z",
      "0001-01-01T00:00:00.001Z", "9999-12-31T23:59:59.999Z", "+10000-01-01T00:00:00.000Z",
      "-0001-12-31T00:00:00.010Z"})
  void writesEveryTimeAsItIsRead(String text) {
    assertThat(Timestamps.format(Instant.parse(text).plusNanos(999_999))).isEqualTo(text);
  }
}
