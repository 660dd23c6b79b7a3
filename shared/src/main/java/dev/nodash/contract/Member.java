package dev.nodash.contract;

/** A member of a call's body that means something; others are passed over. */
public sealed interface Member {

  String name();

  /** In one sentence, for who sends it. */
  String meaning();

  /**
   * A string without control characters.
   *
   * @param min characters at least, as code points: one, or none where an empty one counts as absent
   * @param max characters at most
   */
  record Words(String name, int min, int max, String meaning) implements Member {

    Words(String name, int max, String meaning) {
      this(name, 1, max, meaning);
    }
  }

  /** An object, which is kept as the text that was sent. */
  record Open(String name, String meaning) implements Member {}

  /** ISO 8601, or epoch milliseconds as a whole number. */
  record Time(String name, String meaning) implements Member {}
}
