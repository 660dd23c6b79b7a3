package dev.nodash.model;

import java.util.Optional;

/** Who an event is about, as far as the client said: all four are optional. */
public record Actor(Optional<UserId> userId, Optional<String> anonymousId, Optional<String> sessionId,
    Optional<String> deviceId) {
  public static final Actor UNKNOWN = new Actor(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public static Actor user(UserId userId) {
    return new Actor(Optional.of(userId), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
