package dev.nodash.log;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.JsonText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.event.Level;

/**
 * One line of a log in the Elastic Common Schema, as the runner writes it too: a field {@code http.request.id} becomes
 * {@code {"http":{"request":{"id":…}}}}.
 */
final class EcsLine {
  private static final String VERSION = "8.11";

  private final Map<String, Object> fields = new LinkedHashMap<>();

  EcsLine(Instant time, Level level, String logger, String message) {
    add("@timestamp", time);
    add("log.level", level);
    add("log.logger", logger);
    add("process.thread.name", Thread.currentThread().getName());
    add("service.name", "nodash");
    add("message", message);
    add("ecs.version", VERSION);
  }

  /** A field; a dot in its name is a level. */
  EcsLine add(String name, Object value) {
    var in = fields;
    int from = 0;
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', from)) {
      in = inner(in, name.substring(from, dot));
      from = dot + 1;
    }
    in.put(name.substring(from), value);
    return this;
  }

  EcsLine add(Throwable fault) {
    var trace = new StringWriter();
    fault.printStackTrace(new PrintWriter(trace));
    add("error.type", fault.getClass().getName());
    add("error.message", String.valueOf(fault.getMessage()));
    return add("error.stack_trace", trace);
  }

  String end() {
    return json(fields).value();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> inner(Map<String, Object> outer, String name) {
    return (Map<String, Object>) outer.computeIfAbsent(name, _ -> new LinkedHashMap<String, Object>());
  }

  @SuppressWarnings("unchecked")
  private static JsonText json(Map<String, Object> fields) {
    var object = new JsonBuilder();
    for (var field : fields.entrySet()) {
      if (field.getValue() instanceof Map<?, ?> inner) {
        object.add(field.getKey(), json((Map<String, Object>) inner));
      } else if (field.getValue() instanceof Number number) {
        object.add(field.getKey(), number.longValue());
      } else {
        object.add(field.getKey(), String.valueOf(field.getValue()));
      }
    }
    return object.end();
  }
}
