package dev.nodash.storage;

/** It may have been written and nobody can say: the claim is kept until its lease ends, then a retry may ask again. */
public final class OutcomeUnknown extends StoreException {

  public OutcomeUnknown(String message) {
    super(message);
  }

  public OutcomeUnknown(String message, Throwable cause) {
    super(message, cause);
  }
}
