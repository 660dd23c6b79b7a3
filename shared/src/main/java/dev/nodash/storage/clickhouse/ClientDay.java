package dev.nodash.storage.clickhouse;

import dev.nodash.json.Timestamps;
import dev.nodash.model.EventTime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The UTC day that an event is kept under. It is a part of its key, so it has to be the same at every delivery of the
 * event: it comes from the time that the client sent, whether that is believed or not, and never depends on the receipt.
 *
 * <p>Only where the client sent no time is it the day of the receipt; a delivery over midnight is then another row, which
 * the deduplicator alone prevents.
 */
final class ClientDay {
  /** What a {@code Date} can hold. */
  private static final LocalDate FIRST = LocalDate.EPOCH;
  private static final LocalDate LAST = LocalDate.of(2149, 6, 6);
  /** Years whose months are partitions; all other days share one, so that no client can name partitions at will. */
  private static final int FIRST_YEAR = 2015;
  private static final int LAST_YEAR = 2044;

  private ClientDay() {}

  static LocalDate of(EventTime time) {
    var day = time.sent().flatMap(ClientDay::parse).orElse(time.timestamp()).atOffset(ZoneOffset.UTC).toLocalDate();
    return day.isBefore(FIRST) ? FIRST : day.isAfter(LAST) ? LAST : day;
  }

  /** The partition of a day, as the table's definition has it. */
  static int partition(LocalDate day) {
    var hasMonth = day.getYear() >= FIRST_YEAR && day.getYear() <= LAST_YEAR;
    return hasMonth ? day.getYear() * 100 + day.getMonthValue() : 0;
  }

  private static Optional<Instant> parse(String sent) {
    return Timestamps.parse(sent).or(() -> Timestamps.parseEpochMillis(sent));
  }
}
