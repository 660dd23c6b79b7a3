package dev.nodash.json;

/**
 * A text that is not strict JSON or is over a bound. The message is made for the client: it says where and what, and
 * quotes nothing of the text.
 */
public final class JsonFault extends RuntimeException {

  JsonFault(String message) {
    super(message, null, false, false);
  }
}
