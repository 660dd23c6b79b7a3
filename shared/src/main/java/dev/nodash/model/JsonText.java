package dev.nodash.model;

/**
 * A JSON value as the text that was sent: numbers, escapes and the order of keys stay as they came. Only line breaks
 * between tokens become spaces, so that a value always fits on one line (inside a string, strict JSON has none).
 *
 * <p>It is made by a parser that has checked the text; the record itself does not parse.
 */
public record JsonText(String value) {

  public JsonText {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("a JSON text is not empty");
    }
    // To look is faster than to replace nothing.
    if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
      value = value.replace('\n', ' ').replace('\r', ' ');
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
