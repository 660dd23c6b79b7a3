package dev.nodash.json;

import dev.nodash.model.JsonText;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Writes one JSON object member by member: {@code new JsonBuilder().add("a", 1).add("b", "text").end()}. Raw texts go in
 * as they are.
 */
public final class JsonBuilder {
  private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

  private final StringBuilder out;

  public JsonBuilder() {
    this(256);
  }

  /**
   * Begins an object.
   *
   * @param characters how many it will have, about
   */
  public JsonBuilder(int characters) {
    out = new StringBuilder(characters).append('{');
  }

  public JsonBuilder add(String name, String value) {
    quote(name(name), value);
    return this;
  }

  public JsonBuilder add(String name, long value) {
    name(name).append(value);
    return this;
  }

  public JsonBuilder add(String name, boolean value) {
    name(name).append(value);
    return this;
  }

  public JsonBuilder add(String name, JsonText value) {
    name(name).append(value.value());
    return this;
  }

  /** ISO 8601 in UTC with milliseconds, as {@link Timestamps#format} writes it. */
  public JsonBuilder add(String name, Instant value) {
    name(name).append('"').append(Timestamps.format(value)).append('"');
    return this;
  }

  /** Adds the member only where there is a value; strings and raw texts. */
  public JsonBuilder add(String name, Optional<?> value) {
    value.ifPresent(present -> {
      switch (present) {
        case JsonText json -> add(name, json);
        default -> add(name, present.toString());
      }
    });
    return this;
  }

  /** The finished object. */
  public JsonText end() {
    return new JsonText(out.append('}').toString());
  }

  /** The finished object as a line with its end; for members whose texts are on one line, as {@link JsonText} is. */
  public String line() {
    return out.append("}\n").toString();
  }

  /** An array of JSON texts. */
  public static JsonText array(Stream<String> elements) {
    return new JsonText(elements.collect(Collectors.joining(",", "[", "]")));
  }

  /** A text as a JSON string. */
  public static String quoted(String text) {
    return quote(new StringBuilder(text.length() + 2), text).toString();
  }

  private StringBuilder name(String name) {
    if (out.length() > 1) {
      out.append(',');
    }
    return quote(out, name).append(':');
  }

  private static StringBuilder quote(StringBuilder out, String text) {
    out.append('"');
    if (isPlain(text)) {
      out.append(text);
    } else {
      ENCODER.quoteAsString(text, out);
    }
    return out.append('"');
  }

  /** Whether it stands for itself; most texts do. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c >= 0x7F) {
        return false;
      }
    }
    return true;
  }
}
