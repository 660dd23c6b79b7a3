package dev.nodash.model;

import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The id an event is stored and deduplicated under, a UUID of RFC 9562.
 *
 * <ul>
 * <li>Version 8, the first 122 free bits of SHA-256(tenant, 0x00, message id), where the client named the message: the
 * same message always has the same event id, in every process and after every restart.
 * <li>Version 7, receipt time and random bits, where it did not.
 * </ul>
 */
public record EventId(UUID value) implements Comparable<EventId> {
  /** The id that every delivery of one client message gets. */
  public static EventId ofMessage(TenantId tenant, String messageId) {
    var hash = Sha256.of(tenant.value() + '\0' + messageId);
    return new EventId(Uuids.withVersion(8, longAt(hash, 0), longAt(hash, 8)));
  }

  /** A new id for a message that its client did not name. */
  public static EventId random(Instant receivedAt, RandomGenerator random) {
    var time = receivedAt.toEpochMilli() << 16;
    return new EventId(Uuids.withVersion(7, time | (random.nextLong() & 0xFFFFL), random.nextLong()));
  }

  public static EventId parse(String text) {
    return new EventId(UUID.fromString(text));
  }

  /** Whether the id was made from a client's message id, so that a retry of the message has the same one. */
  public boolean isRepeatable() {
    return value.version() == 8;
  }

  /** Orders by the unsigned 128 bits, which is the order of the text form too. */
  @Override
  public int compareTo(EventId other) {
    var high = Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
  }

  @Override
  public String toString() {
    return value.toString();
  }

  private static long longAt(byte[] bytes, int from) {
    long value = 0;
    for (int i = from; i < from + Long.BYTES; i++) {
      value = value << 8 | (bytes[i] & 0xFF);
    }
    return value;
  }
}
