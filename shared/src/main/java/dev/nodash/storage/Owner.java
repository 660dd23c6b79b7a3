package dev.nodash.storage;

import java.util.UUID;

/** One attempt to store one event. A late attempt cannot confirm or release the claim of the one that replaced it. */
public record Owner(UUID token) {}
