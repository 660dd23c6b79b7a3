package dev.nodash.json;

/**
 * A text that is not strict JSON or is over a bound. The message is made for the client: it says where and what, and
 * quotes nothing of the text.
 */
public class JsonFault extends RuntimeException {

  JsonFault(String message) {
    super(message, null, false, false);
  }

  /** A text that is JSON, but another value than an object. */
  public static final class NotAnObject extends JsonFault {

    NotAnObject() {
      super("body: must be an object");
    }
  }
}
