package dev.nodash.model;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * When an event happened and when it was received.
 *
 * <p>A time that the client sent counts if it lies between 10 years before and 24 hours after receipt; any other
 * becomes the receipt time and the text that was sent is kept in {@code sent}. A far year can therefore neither name a
 * partition nor win over every later trait.
 *
 * @param timestamp when it happened, as far as we believe it
 * @param receivedAt when we received it, to the millisecond
 * @param sent the client's time as sent, present only where it was not believed
 */
public record EventTime(Instant timestamp, Instant receivedAt, Optional<String> sent) {
  private static final int OLDEST_YEARS = 10;
  private static final Duration NEWEST = Duration.ofHours(24);

  /** An event whose client sent no time. */
  public static EventTime received(Instant receivedAt) {
    return new EventTime(receivedAt, receivedAt, Optional.empty());
  }

  /** An event whose client sent {@code text}, which says {@code instant}. */
  public static EventTime sent(Instant instant, String text, Instant receivedAt) {
    var oldest = receivedAt.atOffset(ZoneOffset.UTC).minusYears(OLDEST_YEARS).toInstant();
    var believed = !instant.isBefore(oldest) && !instant.isAfter(receivedAt.plus(NEWEST));
    return believed
        ? new EventTime(instant, receivedAt, Optional.empty())
        : new EventTime(receivedAt, receivedAt, Optional.of(text));
  }

  /** The time that decides between two values of a trait: nothing from the future wins over what comes later. */
  public Instant effective() {
    return timestamp.isBefore(receivedAt) ? timestamp : receivedAt;
  }
}
