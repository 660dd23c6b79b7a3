package dev.nodash.json;

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
  private static final DateTimeFormatter MILLIS = new DateTimeFormatterBuilder().appendInstant(3)
      .toFormatter(Locale.ROOT);
  private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder().parseCaseInsensitive()
      .append(DateTimeFormatter.ISO_LOCAL_DATE).optionalStart().appendLiteral('T')
      .append(DateTimeFormatter.ISO_LOCAL_TIME).optionalStart().appendOffset("+HH:MM", "Z").optionalEnd()
      .optionalStart()
      .appendOffset("+HHMM", "Z").optionalEnd().optionalStart().appendOffset("+HH", "Z").optionalEnd().optionalEnd()
      .toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
  private static final int MAX_DIGITS = 18;

  private Timestamps() {}

  /** ISO 8601 in UTC with milliseconds, {@code 2025-01-01T00:00:00.000Z}. */
  public static String format(Instant instant) {
    return MILLIS.format(instant);
  }

  /**
   * Reads ISO 8601: a date, or a date and a time with an offset; without an offset it is UTC. Cut to milliseconds.
   *
   * @return empty if the text is no such time
   */
  public static Optional<Instant> parse(String text) {
    try {
      var parsed = ISO.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
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
