package dev.nodash.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** Times as they stand in JSON. */
public final class Timestamps {
  private static final int LAST_YEAR = 9999;
  private static final int MAX_DIGITS = 18;

  /** Loaded by those who need them. */
  private static final class Formats {
    static final DateTimeFormatter MILLIS = new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);
    static final DateTimeFormatter ISO = new DateTimeFormatterBuilder().parseCaseInsensitive()
        .append(DateTimeFormatter.ISO_LOCAL_DATE).optionalStart().appendLiteral('T')
        .append(DateTimeFormatter.ISO_LOCAL_TIME).optionalStart().appendOffset("+HH:MM", "Z").optionalEnd()
        .optionalStart()
        .appendOffset("+HHMM", "Z").optionalEnd().optionalStart().appendOffset("+HH", "Z").optionalEnd().optionalEnd()
        .toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
  }

  private Timestamps() {}

  /** ISO 8601 in UTC with milliseconds, {@code 2025-01-01T00:00:00.000Z}. */
  public static String format(Instant instant) {
    var time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
    if (time.getYear() < 0 || time.getYear() > LAST_YEAR) {
      return Formats.MILLIS.format(instant);
    }
    var text = "0000-00-00T00:00:00.000Z".getBytes(ISO_8859_1);
    put(text, 4, time.getYear());
    put(text, 7, time.getMonthValue());
    put(text, 10, time.getDayOfMonth());
    put(text, 13, time.getHour());
    put(text, 16, time.getMinute());
    put(text, 19, time.getSecond());
    put(text, 23, time.getNano() / 1_000_000);
    return new String(text, ISO_8859_1);
  }

  /** Puts the digits of a number where they end. */
  private static void put(byte[] text, int end, int number) {
    for (int rest = number, at = end - 1; rest > 0; rest /= 10, at--) {
      text[at] = (byte) ('0' + rest % 10);
    }
  }

  /**
   * Reads ISO 8601: a date, or a date and a time with an offset; without an offset it is UTC. Cut to milliseconds.
   *
   * @return empty if the text is no such time
   */
  public static Optional<Instant> parse(String text) {
    try {
      var parsed = Formats.ISO.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
      var instant = switch (parsed) {
        case OffsetDateTime offset -> offset.toInstant();
        case LocalDateTime local -> local.toInstant(ZoneOffset.UTC);
        default -> LocalDate.from(parsed).atStartOfDay().toInstant(ZoneOffset.UTC);
      };
      return Optional.of(instant.truncatedTo(ChronoUnit.MILLIS));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads epoch milliseconds, a whole number in plain digits.
   *
   * @return empty if the number is another
   */
  public static Optional<Instant> parseEpochMillis(String number) {
    var digits = number.startsWith("-") ? number.substring(1) : number;
    var whole = digits.length() <= MAX_DIGITS && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return whole ? Optional.of(Instant.ofEpochMilli(Long.parseLong(number))) : Optional.empty();
  }
}
