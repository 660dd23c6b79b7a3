package dev.nodash.secrets;

/** What came of the attempt to read one secret. */
public sealed interface Reading {

  /** The secret's text as it is now. */
  record Value(String text) implements Reading {
    @Override
    public String toString() {
      return "***";
    }
  }

  /** Why there is none, in words that hold no secret. */
  record Fault(String what) implements Reading {}
}
