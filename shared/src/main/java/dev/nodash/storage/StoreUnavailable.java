package dev.nodash.storage;

/** Certainly nothing was written: the claim may be released and the call tried again at once. */
public sealed class StoreUnavailable extends StoreException permits QueueFull {

  public StoreUnavailable(String message) {
    super(message);
  }

  public StoreUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
