package dev.nodash.contract;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The document for people: one page without a script, which asks nobody for anything. */
final class Page {
  /** What the page may use, and nothing else. */
  static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
      + "frame-ancestors 'none'";
  private static final String STYLE = """
      body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1c1e}
      h2{margin-top:3rem;border-top:1px solid #ccc;padding-top:1rem}
      table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
      th,td{border-bottom:1px solid #ddd;padding:.3rem .6rem;text-align:left;vertical-align:top}
      code,pre{font:14px/1.5 ui-monospace,monospace;background:#f3f3f5;border-radius:4px;padding:.1rem .3rem}
      pre{padding:.8rem;overflow:auto}
      @media(prefers-color-scheme:dark){body{background:#1c1c1e;color:#eee}code,pre{background:#2c2c2e}}
      """;

  private final Map<String, Object> document;
  private final StringBuilder out = new StringBuilder();

  Page(Map<String, Object> document) {
    this.document = document;
  }

  String html() {
    var info = map(document, "info");
    out.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" ")
        .append("content=\"width=device-width,initial-scale=1\"><title>");
    text(info.get("title")).append("</title><style>").append(STYLE).append("</style></head><body><h1>");
    text(info.get("title")).append(' ');
    text(info.get("version")).append("</h1><p>");
    text(info.get("description")).append("</p><p>This page as <a href=\"/api-docs/json\">JSON</a> or ")
        .append("<a href=\"/api-docs/yaml\">YAML</a>, for OpenAPI's tools.</p>");
    map(document, "paths").forEach((path, methods) -> map(methods)
        .forEach((method, operation) -> operation(path, method, map(operation))));
    out.append("<h2>Bodies</h2>");
    map(document, "components", "schemas").forEach((name, schema) -> schema(name, map(schema)));
    return out.append("</body></html>").toString();
  }

  private void operation(String path, String method, Map<String, Object> operation) {
    out.append("<h2><code>").append(method.toUpperCase(Locale.ROOT)).append(' ');
    text(path).append("</code></h2><p>");
    text(operation.get("summary")).append(".</p>");
    if (operation.get("parameters") instanceof List<?> parameters) {
      out.append("<table><tr><th>parameter</th><th></th><th>meaning</th></tr>");
      for (var parameter : parameters) {
        var it = resolved(map(parameter));
        row(it.get("name"), Boolean.TRUE.equals(it.get("required")) ? "required" : "", it.get("description"));
      }
      out.append("</table>");
    }
    if (operation.containsKey("requestBody")) {
      out.append("<p>Body: ");
      link(map(operation, "requestBody", "content", "application/json", "schema"));
      out.append(". An example:</p><pre>");
      text("curl -X POST http://localhost:3001" + path
          + " -H 'content-type: application/json' -H 'x-tenant-id: tenant1' "
          + "\\\n  -H 'x-api-key: demo-api-key-tenant1' -d '"
          + example(reference(map(operation, "requestBody", "content", "application/json", "schema")))
          + "'");
      out.append("</pre>");
    }
    out.append("<table><tr><th>answer</th><th>body</th><th>meaning</th></tr>");
    map(operation, "responses").forEach((status, response) -> {
      var it = resolved(map(response));
      out.append("<tr><td>").append(status).append("</td><td>");
      link(map(it, "content", "application/json", "schema"));
      out.append("</td><td>");
      text(it.get("description")).append("</td></tr>");
    });
    out.append("</table>");
  }

  private static String example(String schema) {
    return switch (schema) {
      case "Track" ->
        "{\"event\":\"signed_up\",\"userId\":\"user-1\",\"messageId\":\"m-1\",\"properties\":{\"plan\":\"free\"}}";
      case "Identify" -> "{\"userId\":\"user-1\",\"messageId\":\"m-2\",\"traits\":{\"plan\":\"free\"}}";
      case "Group" ->
        "{\"groupId\":\"group-1\",\"userId\":\"user-1\",\"messageId\":\"m-3\",\"traits\":{\"seats\":5}}";
      case "Alias" -> "{\"userId\":\"user-1\",\"previousId\":\"visitor-1\",\"messageId\":\"m-4\"}";
      case "Batch" -> "{\"batch\":[{\"type\":\"track\",\"event\":\"signed_up\",\"messageId\":\"m-5\"}]}";
      default ->
        "{\"name\":\"Home\",\"anonymousId\":\"visitor-1\",\"messageId\":\"m-6\",\"properties\":{\"path\":\"/\"}}";
    };
  }

  private void schema(String name, Map<String, Object> schema) {
    out.append("<h3 id=\"").append(name).append("\">");
    text(name).append("</h3><table><tr><th>member</th><th>type</th><th>meaning</th></tr>");
    map(schema, "properties").forEach((member, value) -> row(member, type(map(value)),
        Objects.toString(map(value).get("description"), "")));
    out.append("</table>");
  }

  private static String type(Map<String, Object> schema) {
    var type = schema.containsKey("const") ? schema.get("const") : schema.getOrDefault("type", schema.get("enum"));
    var words = type instanceof List<?> several
        ? String.join(" or ", several.stream().map(Object::toString).toList())
        : Objects.toString(type, "");
    return schema.containsKey("maxLength") ? words + ", 1 to " + schema.get("maxLength") + " characters" : words;
  }

  private void row(@Nullable Object name, Object type, @Nullable Object meaning) {
    out.append("<tr><td><code>");
    text(name).append("</code></td><td>");
    text(type).append("</td><td>");
    text(meaning).append("</td></tr>");
  }

  private static String reference(Map<String, Object> schema) {
    var ref = schema.get("allOf") instanceof List<?> all ? map(all.getFirst()).get("$ref") : schema.get("$ref");
    return Objects.toString(ref).replaceFirst(".*/", "");
  }

  private void link(Map<String, Object> schema) {
    var name = reference(schema);
    out.append("<a href=\"#").append(name).append("\">").append(name).append("</a>");
  }

  private Map<String, Object> resolved(Map<String, Object> it) {
    var ref = it.get("$ref");
    return ref == null ? it : map(document, ref.toString().substring(2).split("/", -1));
  }

  private StringBuilder text(@Nullable Object text) {
    return out.append(
        Objects.toString(text, "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"",
            "&quot;"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object tree, String... path) {
    var at = (Map<String, Object>) tree;
    for (var name : path) {
      at = (Map<String, Object>) Objects.requireNonNull(at.get(name));
    }
    return at;
  }
}
