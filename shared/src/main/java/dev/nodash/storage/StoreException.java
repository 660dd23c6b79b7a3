package dev.nodash.storage;

/** A store that did not do what it was asked. The kinds differ in what a retry may hope for. */
public abstract sealed class StoreException extends RuntimeException
    permits StoreUnavailable, OutcomeUnknown, DataRefused {

  StoreException(String message) {
    super(message);
  }

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
