package dev.nodash.runner;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An OpenAPI document as a client's library reads it: what a call may be, and what its answer must be. */
final class ApiDocument {
  static final JsonMapper MAPPER = new JsonMapper();

  private final JsonNode document;
  private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private final Map<JsonNode, Schema> schemas = new HashMap<>();

  ApiDocument(String json) {
    this.document = MAPPER.readTree(json);
  }

  JsonNode root() {
    return document;
  }

  /** The schema of a call's body. */
  JsonNode body(String path) {
    return resolved(operation(path, "POST").at("/requestBody/content").path("application/json").path("schema"));
  }

  /** Whether the document promises that such a body is understood. */
  boolean allows(JsonNode schema, JsonNode body) {
    return faults(schema, body).isEmpty();
  }

  /** Where an answer is not what the document says of this call; nothing, if it is. */
  List<String> faults(String path, String method, HttpResponse<String> answer) {
    var faults = new ArrayList<String>();
    var responses = operation(path, method).path("responses");
    var known = responses.get(Integer.toString(answer.statusCode()));
    var response = resolved(known == null ? responses.path("default") : known);
    if (response.isMissingNode()) {
      return List.of("no answer " + answer.statusCode() + " to " + method + " " + path + " is in the document");
    }
    response.path("headers").properties().forEach(header -> {
      var said = answer.headers().firstValue(header.getKey());
      var promise = resolved(header.getValue());
      if (said.isEmpty() && promise.path("required").booleanValue()) {
        faults.add(header.getKey() + " is missing");
      }
      said.ifPresent(value -> faults.addAll(faults(promise.path("schema"), value(promise.path("schema"), value))));
    });
    var type = answer.headers().firstValue("content-type").orElse("").replaceFirst(";.*", "");
    var schema = response.path("content").path(type).path("schema");
    if (schema.isMissingNode()) {
      faults.add("no body of type " + type + " is in the document");
    } else if (!method.equals("HEAD")) {
      faults.addAll(faults(schema, MAPPER.readTree(answer.body())));
    }
    return faults;
  }

  private static JsonNode value(JsonNode schema, String text) {
    return schema.path("type").stringValue("").equals("integer")
        ? MAPPER.getNodeFactory().numberNode(Long.parseLong(text))
        : MAPPER.getNodeFactory().stringNode(text);
  }

  /** What a path and a method do; HEAD does what GET does. */
  private JsonNode operation(String path, String method) {
    var plain = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    var known = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
    var operations = document.path("paths").path(plain);
    // An answer to what the document does not offer has the shape of every fault.
    return operations.has(known) ? operations.get(known) : document.path("paths").path("/v1/track").path("post");
  }

  private JsonNode resolved(JsonNode node) {
    var ref = node.path("$ref").stringValue("");
    return ref.isEmpty() ? node : document.at(ref.substring(1));
  }

  private List<String> faults(JsonNode schema, JsonNode value) {
    return schemas.computeIfAbsent(schema, this::compiled)
        .validate(value, it -> it.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream().map(fault -> fault.toString()).toList();
  }

  private Schema compiled(JsonNode schema) {
    var whole = (ObjectNode) schema.deepCopy();
    whole.set("components", document.path("components"));
    return registry.getSchema(whole);
  }
}
