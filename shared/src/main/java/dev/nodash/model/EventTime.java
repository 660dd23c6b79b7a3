package dev.nodash.model;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * When an event happened and when it was received.
 *
 * <p>Where the client says when it sent the event and its clock is more than a minute off ours, the event is as old as it
 * was by the client's clock: {@code receivedAt − (sentAt − sent)}, as Segment does it, but never in the future. Below a
 * minute a wrong clock cannot be told from a slow network.
 *
 * <p>A time counts if it lies between 10 years before and 24 hours after receipt; any other becomes the receipt time. A
 * far year can therefore neither name a partition nor win over every later trait.
 *
 * @param timestamp when it happened, as far as we believe it
 * @param receivedAt when we received it, to the millisecond
 * @param sent the client's time as sent, present only where {@code timestamp} is another
 * @param sentAt when the client says that it sent the event, as sent
 * @param skewCorrected whether {@code timestamp} is by our clock what the client said by its own
 * @see <a href="https://segment.com/docs/connections/spec/common/#timestamps">Segment's four timestamps</a>
 */
public record EventTime(Instant timestamp, Instant receivedAt, Optional<String> sent, Optional<String> sentAt,
    boolean skewCorrected) {
  /** What two clocks may differ by. */
  public static final Duration MAX_SKEW = Duration.ofMinutes(1);
  private static final int OLDEST_YEARS = 10;
  private static final Duration NEWEST = Duration.ofHours(24);
  /** Older than is believed, and not so old that no clock could say it. */
  private static final Duration MAX_AGE = Duration.ofDays(366L * 2 * OLDEST_YEARS);

  /** An event whose client sent no time. */
  public static EventTime received(Instant receivedAt) {
    return of(Optional.empty(), Optional.empty(), receivedAt);
  }

  /**
   * An event whose client sent these times.
   *
   * @param happened when it happened, by the client's clock
   * @param sentAt when the client sent it, by the same clock
   */
  public static EventTime of(Optional<SentTime> happened, Optional<SentTime> sentAt, Instant receivedAt) {
    var sentAtText = sentAt.map(SentTime::text);
    if (happened.isEmpty()) {
      return new EventTime(receivedAt, receivedAt, Optional.empty(), sentAtText, false);
    }
    var told = happened.get();
    var corrected = sentAt.filter(sent -> isSkewed(sent, receivedAt)).map(sent -> corrected(told, sent, receivedAt));
    var timestamp = corrected.orElse(told.instant());
    if (!isBelievable(timestamp, receivedAt)) {
      return new EventTime(receivedAt, receivedAt, Optional.of(told.text()), sentAtText, false);
    }
    var text = corrected.map(_ -> told.text());
    return new EventTime(timestamp, receivedAt, text, sentAtText, corrected.isPresent());
  }

  private static boolean isSkewed(SentTime sentAt, Instant receivedAt) {
    return Duration.between(sentAt.instant(), receivedAt).abs().compareTo(MAX_SKEW) > 0;
  }

  private static Instant corrected(SentTime happened, SentTime sentAt, Instant receivedAt) {
    var age = Duration.between(happened.instant(), sentAt.instant());
    return age.isNegative() ? receivedAt : receivedAt.minus(age.compareTo(MAX_AGE) < 0 ? age : MAX_AGE);
  }

  private static boolean isBelievable(Instant time, Instant receivedAt) {
    var oldest = receivedAt.atOffset(ZoneOffset.UTC).minusYears(OLDEST_YEARS).toInstant();
    return !time.isBefore(oldest) && !time.isAfter(receivedAt.plus(NEWEST));
  }

  /** The time that decides between two values of a trait: nothing from the future wins over what comes later. */
  public Instant effective() {
    return timestamp.isBefore(receivedAt) ? timestamp : receivedAt;
  }
}
