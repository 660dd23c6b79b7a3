package dev.nodash.storage;

/** A store that did not do what it was asked. There are two kinds, because a retry differs. */
public abstract sealed class StoreException extends RuntimeException permits StoreUnavailable, OutcomeUnknown {

  StoreException(String message) {
    super(message);
  }

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
