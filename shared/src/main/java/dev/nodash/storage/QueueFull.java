package dev.nodash.storage;

/** Nothing was written, since more waits for the store already than this process has room for. */
public final class QueueFull extends StoreUnavailable {

  public QueueFull(String message) {
    super(message);
  }
}
