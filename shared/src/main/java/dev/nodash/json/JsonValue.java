package dev.nodash.json;

import dev.nodash.model.JsonText;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One member of an object: its kind and its text as sent. */
public final class JsonValue {

  /** The kinds of RFC 8259, {@code true} and {@code false} as one. */
  public enum Kind {
    OBJECT, ARRAY, STRING, NUMBER, BOOLEAN, NULL
  }

  private final Kind kind;
  private final String source;
  private final int start;
  private final int end;
  private final @Nullable String string;

  JsonValue(Kind kind, String source, int start, int end, @Nullable String string) {
    this.kind = kind;
    this.source = source;
    this.start = start;
    this.end = end;
    this.string = string;
  }

  public Kind kind() {
    return kind;
  }

  /** The value exactly as sent. */
  public JsonText raw() {
    return new JsonText(source.substring(start, end));
  }

  /**
   * What the string says, escapes resolved.
   *
   * @throws NullPointerException if the value is not a string
   */
  public String string() {
    return Objects.requireNonNull(string, "not a JSON string");
  }
}
