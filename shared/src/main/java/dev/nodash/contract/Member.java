package dev.nodash.contract;

/** A member of a call's body that means something; others are passed over. */
public sealed interface Member {

  String name();

  /** In one sentence, for who sends it. */
  String meaning();

  /**
   * A string without control characters.
   *
   * @param max characters at most, as code points; one at least
   */
  record Words(String name, int max, String meaning) implements Member {}

  /** An object, which is kept as the text that was sent. */
  record Open(String name, String meaning) implements Member {}

  /** ISO 8601, or epoch milliseconds as a whole number. */
  record Time(String name, String meaning) implements Member {}
}
