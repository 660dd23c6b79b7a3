package dev.nodash.storage;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** One attempt to store one event. A late attempt cannot confirm or release the claim of the one that replaced it. */
public record Owner(UUID token) {

  /** A token that no other attempt has. It need not be secret, so it does not wait for the system's entropy. */
  public static Owner random() {
    var random = ThreadLocalRandom.current();
    return new Owner(new UUID(random.nextLong(), random.nextLong()));
  }
}
