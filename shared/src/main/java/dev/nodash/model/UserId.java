package dev.nodash.model;

/** A tenant's own name for a user: 1 to 255 characters, no control characters. It never becomes a path unencoded. */
public record UserId(String value) {
  public static final int MAX_LENGTH = 255;

  public UserId {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          "a user id has 1 to " + MAX_LENGTH + " characters, none of them control characters");
    }
  }

  public static boolean isValid(String value) {
    return Text.isPlain(value, MAX_LENGTH);
  }

  @Override
  public String toString() {
    return value;
  }
}
