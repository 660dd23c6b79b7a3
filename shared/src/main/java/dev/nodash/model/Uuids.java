package dev.nodash.model;

import java.util.UUID;

/** The bits that RFC 9562 fixes in a UUID. */
final class Uuids {
  private static final long VERSION_BITS = 0xF000L;
  private static final long VARIANT_BITS = 0xC000_0000_0000_0000L;
  private static final long RFC_VARIANT = 0x8000_0000_0000_0000L;

  private Uuids() {}

  /** The UUID of these bits, but for those that say its version and variant. */
  static UUID withVersion(long version, long high, long low) {
    return new UUID((high & ~VERSION_BITS) | (version << 12), (low & ~VARIANT_BITS) | RFC_VARIANT);
  }
}
