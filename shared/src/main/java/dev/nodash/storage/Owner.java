package dev.nodash.storage;

import java.util.UUID;

/** One attempt to store one event. A late attempt cannot confirm or release the claim of the one that replaced it. */
public record Owner(UUID token) {

  /** A token that no other attempt has, not even in a process restored from the same snapshot. */
  public static Owner random() {
    return new Owner(UUID.randomUUID());
  }
}
