package dev.nodash.storage;

/**
 * The engine is well and refuses these events for what they hold: nothing was written, and trying again would not help.
 * A row that breaks a constraint which somebody added to the table is one.
 */
public final class DataRefused extends StoreException {

  public DataRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
