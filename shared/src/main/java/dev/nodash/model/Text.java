package dev.nodash.model;

/** The rule for the short strings of a request: a length in code points and no control characters. */
public final class Text {
  private Text() {}

  /** Whether the text has 1 to {@code max} code points, no control character and no lone surrogate. */
  public static boolean isPlain(String text, int max) {
    return !text.isEmpty() && length(text) <= max && !hasControl(text) && !hasLoneSurrogate(text);
  }

  /** Length in code points, which is what a user counts as characters. */
  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Whether the text holds a control character (Unicode category Cc: U+0000–U+001F and U+007F–U+009F). */
  public static boolean hasControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }
}
