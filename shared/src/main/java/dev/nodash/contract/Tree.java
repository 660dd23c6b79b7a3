package dev.nodash.contract;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A document of maps, lists, strings, whole numbers and booleans, and how it is written. */
final class Tree {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int INDENT = 2;

  private Tree() {}

  /** A map in the order of its names: a name, its value, the next name. */
  static Map<String, Object> of(Object... namesAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }

  static String json(Object tree) {
    var out = new StringWriter();
    try (var generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      write(tree, generator);
    }
    return out.toString();
  }

  private static void write(Object tree, JsonGenerator out) {
    switch (tree) {
      case Map<?, ?> map -> {
        out.writeStartObject();
        map.forEach((name, value) -> write(value, out.writeName(name.toString())));
        out.writeEndObject();
      }
      case List<?> list -> {
        out.writeStartArray();
        list.forEach(value -> write(value, out));
        out.writeEndArray();
      }
      case Boolean truth -> out.writeBoolean(truth);
      case Number number -> out.writeNumber(number.longValue());
      default -> out.writeString(Objects.toString(tree));
    }
  }

  /**
   * YAML 1.2 in block style. Names and strings are in quotes, as in JSON, so that none is taken for a number or a date.
   *
   * @see <a href="https://yaml.org/spec/1.2.2/#chapter-8-block-style-productions">YAML 1.2.2, block styles</a>
   */
  static String yaml(Map<String, Object> tree) {
    var out = new StringBuilder();
    members(tree, 0, out);
    return out.toString();
  }

  private static void members(Map<?, ?> map, int depth, StringBuilder out) {
    map.forEach((name, value) -> {
      out.repeat(' ', depth).append(json(name)).append(':');
      value(value, depth, out);
    });
  }

  private static void value(Object value, int depth, StringBuilder out) {
    switch (value) {
      case Map<?, ?> map when !map.isEmpty() -> members(map, depth + INDENT, out.append('\n'));
      case List<?> list when !list.isEmpty() -> {
        out.append('\n');
        for (var item : list) {
          out.repeat(' ', depth + INDENT).append('-');
          value(item, depth + INDENT, out);
        }
      }
      default -> out.append(' ').append(json(value)).append('\n');
    }
  }
}
