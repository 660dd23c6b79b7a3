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

  private final Bytes out;
  private final int start;

  public JsonBuilder() {
    this(new Bytes(256));
  }

  /** Begins an object behind what is there. */
  public JsonBuilder(Bytes out) {
    this.out = out.put('{');
    this.start = out.size();
  }

  public JsonBuilder add(String name, String value) {
    quote(name(name), value);
    return this;
  }

  public JsonBuilder add(String name, long value) {
    name(name).put(Long.toString(value));
    return this;
  }

  public JsonBuilder add(String name, boolean value) {
    name(name).put(Boolean.toString(value));
    return this;
  }

  public JsonBuilder add(String name, JsonText value) {
    name(name).put(value.value());
    return this;
  }

  /** ISO 8601 in UTC with milliseconds, as {@link Timestamps#format} writes it. */
  public JsonBuilder add(String name, Instant value) {
    quote(name(name), Timestamps.format(value));
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

  /** Finishes the object, which is on one line if its members' texts are, as {@link JsonText} is. */
  public void finish() {
    out.put('}');
  }

  /** The finished object, where nothing was before it. */
  public JsonText end() {
    finish();
    return new JsonText(out.toString());
  }

  /** An array of JSON texts. */
  public static JsonText array(Stream<String> elements) {
    return new JsonText(elements.collect(Collectors.joining(",", "[", "]")));
  }

  /** A text as a JSON string. */
  public static String quoted(String text) {
    return quote(new Bytes(text.length() + 2), text).toString();
  }

  private Bytes name(String name) {
    if (out.size() > start) {
      out.put(',');
    }
    return quote(out, name).put(':');
  }

  private static Bytes quote(Bytes out, String text) {
    out.put('"');
    if (!out.putPlain(text)) {
      var quoted = new StringBuilder(text.length() + 2);
      ENCODER.quoteAsString(text, quoted);
      out.put(quoted.toString());
    }
    return out.put('"');
  }
}
