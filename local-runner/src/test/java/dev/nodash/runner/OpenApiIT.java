package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.node.ArrayNode;

/** The packaged runner beside the OpenAPI document that it serves. */
class OpenApiIT {
  private static final int CALLS = Integer.getInteger("nodash.generated.calls", 10_000);
  private static final long SEED = Long.getLong("nodash.generated.seed", 20_261_129);
  private static final List<String> POSTS = List.of("/v1/track", "/v1/identify", "/track", "/identify", "/v1/track/",
      "/v1/page",
      "/v1/s", "/v1/group", "/alias", "/v1/batch", "/v1/import");
  private static final List<String> OTHERS = List.of("/", "/v1/health", "/health", "/v1/health/live", "/v1/track",
      "/v1/batch",
      "/nowhere");

  @TempDir
  private static Path folder;
  private static RunnerProcess runner;

  @BeforeAll
  static void start() {
    runner = RunnerProcess.start(folder, Map.of("RATE_LIMIT_MAX", "1000000", "AUTH_FAILURE_MAX", "0"));
  }

  @AfterAll
  static void stop() {
    runner.close();
  }

  private static ApiDocument document() {
    return new ApiDocument(runner.get("/api-docs/json").body());
  }

  @Test
  void theDocumentIsTheSameInJsonAndInYaml() {
    var yaml = runner.get("/api-docs/yaml");
    assertThat(yaml.headers().firstValue("content-type")).hasValueSatisfying(
        type -> assertThat(type).startsWith("application/yaml"));
    assertThat(ApiDocument.MAPPER.valueToTree(new Yaml().<Object>load(yaml.body())).toString())
        .isEqualTo(document().root().toString()).contains("\"openapi\":\"3.1.1\"");
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    var root = document().root();
    assertThat(root.findValuesAsString("$ref")).isNotEmpty()
        .allSatisfy(ref -> assertThat(root.at(ref.substring(1)).isMissingNode()).as(ref).isFalse());
  }

  @Test
  void thePageNamesEveryPathAndAsksNobodyForAnything() {
    var page = runner.get("/api-docs");
    assertThat(page.headers().firstValue("content-type")).hasValue("text/html;charset=utf-8");
    assertThat(page.headers().firstValue("content-security-policy")).hasValueSatisfying(
        policy -> assertThat(policy).startsWith("default-src 'none'"));
    assertThat(page.body()).doesNotContain("src=", "<script", "<link").contains("/v1/track", "messageId",
        "x-tenant-id");
    document().root().path("paths").propertyNames().forEach(path -> assertThat(page.body()).contains(path));
  }

  /**
   * Right and wrong calls alike: no answer is 5xx, each is what the document says, and a call that it allows is taken while
   * one that it does not is refused.
   */
  @Test
  void generatedCallsAreAnsweredAsTheDocumentSays() {
    var document = document();
    var generated = new GeneratedCalls(SEED);
    var statuses = new TreeMap<Integer, Integer>();
    for (int i = 0; i < CALLS; i++) {
      var call = generated.in(20) ? other(generated) : post(generated, document);
      var answer = runner.send(call.request);
      statuses.merge(answer.statusCode(), 1, Integer::sum);
      assertThat(answer.statusCode()).as("%s", call).isLessThan(500);
      if (!call.method.equals("OPTIONS")) {
        assertThat(document.faults(call.path, call.method, answer)).as("%s answered %s", call, answer.body()).isEmpty();
      }
      call.expected.forEach((status, why) -> assertThat(answer.statusCode())
          .as("%s, %s: %s", call, why, answer.body()).isEqualTo(status));
    }
    assertThat(statuses).containsKeys(200, 400, 401, 403, 404, 405);
    assertThat(statuses.get(200)).isGreaterThan(CALLS / 4);
    System.out.println("generated calls, by status: " + statuses);
  }

  /** A call, with the one status that it must get and why, where that is certain. */
  private record Call(String method, String path, String body, Map<String, String> headers,
      Map<Integer, String> expected,
      HttpRequest.Builder request) {
    @Override
    public String toString() {
      return method + " " + path + " " + headers + " " + body;
    }
  }

  private static Call call(String method, String path, String body, Map<String, String> headers,
      Map<Integer, String> expected) {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + runner.port() + path))
        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return new Call(method, path, body, headers, expected, request);
  }

  private static Call other(GeneratedCalls generated) {
    var path = generated.one(OTHERS);
    var method = generated.one(List.of("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"));
    return call(method, path, "", Map.of(), Map.of());
  }

  private static Call post(GeneratedCalls generated, ApiDocument document) {
    var path = generated.one(POSTS);
    var schema = document.body(path.equals("/v1/track/") ? "/v1/track" : path);
    var body = generated.in(50) ? generated.anything(0) : generated.body(schema);
    if (body.path("batch") instanceof ArrayNode batch && !generated.in(10)) {
      addEvents(generated, document, batch);
    }
    var headers = new HashMap<>(Map.of("x-tenant-id", "tenant1", "x-api-key", "demo-api-key-tenant1"));
    if (generated.in(3)) {
      headers.put("content-type", generated.one(List.of("application/json", "text/plain", "application/octet-stream")));
    }
    if (generated.in(20)) {
      headers.put("x-request-id", generated.one(List.of("r-1", "a b", "x".repeat(129))));
    }
    if (generated.in(30)) {
      headers.put("idempotency-key", "k" + generated.random().nextInt(50));
    }
    var text = generated.in(50) ? broken(generated, body.toString()) : body.toString();
    if (!text.equals(body.toString())) {
      return call("POST", path, text, headers, Map.of());
    }
    if (generated.in(20)) {
      return otherTenant(generated, path, text, headers, document);
    }
    if (generated.in(20)) {
      return wrongCredential(generated, path, text, headers, document.allows(schema, body));
    }
    return call("POST", path, text, headers, document.allows(schema, body)
        ? Map.of(200, "the document allows it")
        : Map.of(400, "the document does not allow it"));
  }

  private static void addEvents(GeneratedCalls generated, ApiDocument document, ArrayNode batch) {
    for (int left = generated.random().nextInt(6); left > 0; left--) {
      var type = generated.one(List.of("track", "identify", "page", "screen", "group", "alias"));
      batch.add(generated.body(document.body("/v1/" + type)).put("type", type));
    }
  }

  private static Call otherTenant(GeneratedCalls generated, String path, String text, Map<String, String> headers,
      ApiDocument document) {
    var tenant = generated.one(List.of("-a", "_a", "a b", "tenant/1", "A", "a".repeat(64), "a".repeat(65), "0_-"));
    headers.put("x-tenant-id", tenant);
    boolean allowed = tenant.matches(document.root().at("/components/parameters/Tenant/schema/pattern").stringValue());
    var schema = document.body(path.equals("/v1/track/") ? "/v1/track" : path);
    return call("POST", path, text, headers, Map.of(
        allowed && document.allows(schema, ApiDocument.MAPPER.readTree(text)) ? 403 : 400, "of its tenant"));
  }

  private static Call wrongCredential(GeneratedCalls generated, String path, String text, Map<String, String> headers,
      boolean allowed) {
    int status = generated.one(List.of(401, 403));
    if (status == 401) {
      headers.put("x-api-key", "wrong");
    } else {
      headers.put("x-tenant-id", "tenant2");
    }
    return call("POST", path, text, headers, Map.of(allowed ? status : 400, "of its credential"));
  }

  private static String broken(GeneratedCalls generated, String body) {
    return body.length() < 2 ? "{" : body.substring(0, 1 + generated.random().nextInt(body.length() - 1));
  }
}
