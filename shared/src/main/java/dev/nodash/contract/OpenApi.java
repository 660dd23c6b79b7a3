package dev.nodash.contract;

import dev.nodash.model.EventType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * This service as an OpenAPI document, made of the definitions that {@link Calls} gives the validator.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.1.1.html">OpenAPI 3.1.1</a>
 */
public final class OpenApi {
  /** The Content-Security-Policy of {@link #html}. */
  public static final String PAGE_POLICY = Page.POLICY;
  private static final String SCHEMAS = "#/components/schemas/";
  private static final Map<String, String> FAULTS = faults();

  private final Map<String, Object> document;

  /**
   * Makes the document once.
   *
   * @param keyHeader the header that has the API key
   */
  public OpenApi(String version, String keyHeader) {
    this.document = Tree.of("openapi", "3.1.1", "info",
        Tree.of("title", "Nodash", "version", version, "description",
            "Stores the events of your users, once, in the right tenant. An answer of 200 means stored, durably.",
            "license", Tree.of("name", "MIT", "identifier", "MIT")),
        "servers", List.of(Tree.of("url", "/")), "paths", paths(), "components",
        Tree.of("schemas", Schemas.all(), "parameters", parameters(), "headers", headers(), "responses", responses(),
            "securitySchemes", securitySchemes(keyHeader)));
  }

  Map<String, Object> document() {
    return document;
  }

  /** The document in JSON. */
  public String json() {
    return Tree.json(document);
  }

  /** The document in YAML. */
  public String yaml() {
    return Tree.yaml(document);
  }

  /** The document as a page. */
  public String html() {
    return new Page(document).html();
  }

  private static Map<String, String> faults() {
    var faults = new LinkedHashMap<String, String>();
    faults.put("400", "The call cannot be understood; the message names every fault with its path.");
    faults.put("401", "There is no credential, or none that is valid.");
    faults.put("403", "The credential belongs to another tenant; or, in production, the call came without TLS.");
    faults.put("408", "The body did not arrive in time.");
    faults.put("413",
        "The event has more than " + Calls.MAX_EVENT_BYTES + " bytes; or the batch more than " + Calls.MAX_BATCH_BYTES
            + " bytes, more than " + Calls.MAX_BATCH_EVENTS + " events, or more than the rate limit ever admits.");
    faults.put("429",
        "Too many calls of this user, or too many wrong credentials, from this address; see Retry-After.");
    faults.put("500", "The call failed; its request id finds it in the log.");
    faults.put("503", "It was not stored, or nobody knows; send it again with the same message id.");
    return faults;
  }

  private static Map<String, Object> paths() {
    var paths = new LinkedHashMap<String, Object>();
    for (var type : EventType.values()) {
      var label = type.label();
      var tenant = type == EventType.TRACK || type == EventType.IDENTIFY ? "Tenant" : "TenantIfAny";
      paths.put("/v1/" + label, Tree.of("post", call(type, label, tenant)));
      paths.put("/" + label, Tree.of("post", call(type, label + "Alias", "TenantIfAny")));
      paths.put("/v1/" + label.charAt(0), Tree.of("post", call(type, label + "Short", "TenantIfAny")));
    }
    var number = 1;
    for (var path : List.of("/v1/batch", "/batch", "/v1/import", "/import", "/v1/b")) {
      paths.put(path, Tree.of("post", call("batch" + number++, "Several events", "TenantIfAny", "Batch",
          answer("What can be stored is stored, durably, and once; the answer names the other events.", "Batched"))));
    }
    var settings = reading("settings", "What analytics.js asks for first", "BrowserSettings", "");
    settings.put("parameters", List.of(Tree.of("name", "writeKey", "in", "path", "required", true, "description",
        "Your write key; any is answered.", "schema",
        Tree.of("type", "string", "pattern", "^[A-Za-z0-9._~-]{1,255}$"))));
    paths.put("/v1/projects/{writeKey}/settings", Tree.of("get", settings));
    paths.put("/v1/health", Tree.of("get", reading("health", "The state of every dependency", "Health", "503")));
    paths.put("/health", Tree.of("get", reading("healthAlias", "The state of every dependency", "Health", "503")));
    paths.put("/v1/health/live", Tree.of("get", reading("live", "Whether the process can serve at all", "Alive", "")));
    paths.put("/", Tree.of("get", reading("root", "What this is", "Welcome", "")));
    return paths;
  }

  private static Map<String, Object> call(EventType type, String id, String tenant) {
    var summary = switch (type) {
      case TRACK -> "One event";
      case IDENTIFY -> "Creates or updates one user";
      case PAGE -> "A page was looked at";
      case SCREEN -> "A screen of an app was looked at";
      case GROUP -> "A user belongs to a group";
      case ALIAS -> "Two ids are of one user";
    };
    return call(id, summary, tenant, Schemas.name(type),
        answer("Stored, durably, and once.", type == EventType.IDENTIFY ? "Identified" : "Tracked"));
  }

  private static Map<String, Object> call(String id, String summary, String tenant, String schema,
      Map<String, Object> answer) {
    var answers = Tree.of("200", answer);
    FAULTS.keySet().forEach(status -> answers.put(status, ref("#/components/responses/", status)));
    answers.put("default", ref("#/components/responses/", "Other"));
    return Tree.of("operationId", id, "summary", summary,
        "security",
        List.of(Tree.of("key", List.of()), Tree.of("writeKey", List.of()), Tree.of("bearer", List.of()),
            Tree.of("basic", List.of())),
        "parameters",
        List.of(ref("#/components/parameters/", tenant), ref("#/components/parameters/", "IdempotencyKey"),
            ref("#/components/parameters/", "RequestId")),
        "requestBody",
        Tree.of("required", true, "content", Tree.of("application/json", Tree.of("schema", ref(SCHEMAS, schema)))),
        "responses", answers);
  }

  private static Map<String, Object> reading(String id, String summary, String schema, String unready) {
    var answers = Tree.of("200", answer("As asked.", schema));
    answers.put("503",
        unready.isEmpty() ? ref("#/components/responses/", "503") : answer("Nothing can be stored.", schema));
    answers.put("default", ref("#/components/responses/", "Other"));
    return Tree.of("operationId", id, "summary", summary, "security", List.of(), "responses", answers);
  }

  private static Map<String, Object> answer(String description, String schema) {
    var headers = Tree.of("x-request-id", ref("#/components/headers/", "RequestId"));
    if (List.of("Tracked", "Identified", "Batched").contains(schema)) {
      headers.putAll(budget());
    }
    return Tree.of("description", description, "headers", headers, "content", json(ref(SCHEMAS, schema)));
  }

  private static Map<String, Object> budget() {
    return Tree.of("X-RateLimit-Limit", ref("#/components/headers/", "Limit"), "X-RateLimit-Remaining",
        ref("#/components/headers/", "Remaining"), "X-RateLimit-Reset", ref("#/components/headers/", "Reset"));
  }

  private static Map<String, Object> json(Map<String, Object> schema) {
    return Tree.of("application/json", Tree.of("schema", schema));
  }

  private static Map<String, Object> ref(String where, String name) {
    return Tree.of("$ref", where + name);
  }

  private static Map<String, Object> responses() {
    var responses = Tree.of();
    FAULTS.forEach((status, meaning) -> {
      var headers = Tree.of("x-request-id", ref("#/components/headers/", "RequestId"));
      if (status.equals("429") || status.equals("503")) {
        headers.put("Retry-After", ref("#/components/headers/", "RetryAfter"));
      }
      var schema = Tree.of("allOf", List.of(ref(SCHEMAS, "Error"),
          Tree.of("properties", Tree.of("statusCode", Tree.of("const", Integer.parseInt(status))))));
      responses.put(status, Tree.of("description", meaning, "headers", headers, "content", json(schema)));
    });
    responses.put("Other", Tree.of("description", "Any other fault.", "headers",
        Tree.of("x-request-id", ref("#/components/headers/", "RequestId")), "content", json(ref(SCHEMAS, "Error"))));
    return responses;
  }

  private static Map<String, Object> headers() {
    return Tree.of("RequestId", header("Finds the call in the log.", Schemas.requestId()), "Limit",
        header("Calls in a window at most.", Schemas.count(1)), "Remaining",
        header("Calls left after this one.", Schemas.count(0)),
        "Reset", header("Seconds until one more is free.", Schemas.count(0)), "RetryAfter",
        header("Seconds after which to try again.", Schemas.count(1)));
  }

  private static Map<String, Object> header(String description, Map<String, Object> schema) {
    return Tree.of("description", description, "required", true, "schema", schema);
  }

  private static Map<String, Object> parameters() {
    return Tree.of("Tenant",
        parameter("x-tenant-id", true, "The tenant that the credential belongs to.", Schemas.tenant()),
        "TenantIfAny",
        parameter("x-tenant-id", false, "Need not be sent here: the credential names the tenant.", Schemas.tenant()),
        "IdempotencyKey", parameter("idempotency-key", false, "Stands in for messageId.",
            Tree.of("type", "string", "minLength", 1, "maxLength", Calls.MAX_ID_LENGTH)),
        "RequestId", parameter("x-request-id", false, "Comes back in the answer.", Schemas.requestId()));
  }

  private static Map<String, Object> parameter(String name, boolean required, String description,
      Map<String, Object> schema) {
    return Tree.of("name", name, "in", "header", "required", required, "description", description, "schema", schema);
  }

  private static Map<String, Object> securitySchemes(String keyHeader) {
    return Tree.of("key", Tree.of("type", "apiKey", "in", "header", "name", keyHeader), "writeKey",
        Tree.of("type", "apiKey", "in", "header", "name", "x-write-key"), "bearer",
        Tree.of("type", "http", "scheme", "bearer", "description", "An API key or a JSON Web Token."), "basic",
        Tree.of("type", "http", "scheme", "basic", "description", "The API key as user name, without a password."));
  }
}
