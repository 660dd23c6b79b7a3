package dev.nodash.runner;

import static dev.nodash.runner.ContractCase.bare;
import static dev.nodash.runner.ContractCase.identify;
import static dev.nodash.runner.ContractCase.post;
import static dev.nodash.runner.ContractCase.track;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The contract as data: routes, headers and what track and identify accept. The order counts where one case says so. */
final class ContractCases {

  private ContractCases() {}

  /** All cases, each from an address of its own and therefore with a budget of its own. */
  static List<ContractCase> all() {
    var all = new ArrayList<ContractCase>();
    Stream
        .of(routes(), headers(), tracks(), identifies(), calls(), batches(), RefusedCases.tenants(),
            RefusedCases.bodies(),
            RefusedCases.schemas(), CredentialCases.all())
        .flatMap(List::stream)
        .forEach(it -> all.add(it.from("198.18." + all.size() / 250 + "." + (all.size() % 250 + 1))));
    return List.copyOf(all);
  }

  private static List<ContractCase> routes() {
    var cases = new ArrayList<ContractCase>();
    for (var path : List.of("/v1/health", "/v1/health/", "/health", "/health/")) {
      cases.add(bare("GET " + path, "GET", path).answers(200, "\"status\":\"healthy\"", "\"eventStore\":\"healthy\"",
          "\"userStore\":\"healthy\"", "\"rateLimiter\":\"healthy\"", "\"deduplication\":\"healthy\""));
    }
    cases.add(bare("GET /v1/health/live", "GET", "/v1/health/live").answers(200, "alive"));
    cases.add(bare("GET /v1/health/live/", "GET", "/v1/health/live/").answers(200, "alive"));
    cases.add(bare("GET /", "GET", "/").answers(200, "\"version\"", "\"endpoints\""));
    cases.add(bare("GET / with a query", "GET", "/").query("a=b&a=c&%20=%26").answers(200));
    for (var path : List.of("/v1/health", "/v1/health/live", "/")) {
      cases.add(bare("HEAD " + path, "HEAD", path).answers(200));
    }
    for (var path : List.of("/v1/track", "/v1/track/", "/track", "/track/")) {
      cases.add(post("POST " + path, path, "{\"event\":\"a\"}").answers(200, "\"success\":true"));
      for (var method : List.of("GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")) {
        cases.add(wrongMethod(method, path, "POST, OPTIONS"));
      }
    }
    for (var path : List.of("/v1/identify", "/v1/identify/", "/identify", "/identify/")) {
      cases.add(post("POST " + path, path, "{\"userId\":\"routes\"}").answers(200, "\"success\":true"));
      cases.add(wrongMethod("GET", path, "POST, OPTIONS"));
    }
    for (var path : List.of("/v1/health", "/health/", "/v1/health/live", "/")) {
      cases.add(wrongMethod("POST", path, "GET, HEAD, OPTIONS"));
      cases.add(wrongMethod("DELETE", path, "GET, HEAD, OPTIONS"));
    }
    for (var path : List.of("/nope", "/v1", "/v1/", "/v2/track", "/V1/track", "/v1/Track", "/v1/tracks",
        "/v1/track/x", "/v1/health/track", "/v1/health/live/x", "/auth/token", "/favicon.ico", "/docs", "/metrics")) {
      cases.add(post("POST " + path, path, "{\"event\":\"a\"}").refused(404, "Not Found"));
      cases.add(bare("GET " + path, "GET", path).refused(404, "Not Found"));
    }
    return cases;
  }

  private static List<ContractCase> calls() {
    var somebody = "{\"anonymousId\":\"a\",\"userId\":\"u\",\"groupId\":\"g\",\"previousId\":\"p\",\"event\":\"e\",\"name\":\"n\"}";
    var cases = new ArrayList<ContractCase>();
    for (var path : List.of("/v1/page", "/page/", "/v1/p", "/v1/screen", "/v1/s", "/v1/group", "/v1/g", "/v1/alias",
        "/v1/a/", "/v1/t", "/v1/i")) {
      cases.add(post("POST " + path, path, somebody).answers(200, "\"success\":true"));
      cases.add(post("POST " + path + " with the key alone", path, somebody).without("x-tenant-id")
          .answers(200, "\"success\":true"));
      cases.add(post("POST " + path + " of nobody", path, "{}").without("x-api-key").without("x-tenant-id")
          .refused(400, ""));
    }
    cases.add(post("page: a beacon", "/v1/p", somebody).anonymous().instead("Content-Type", "text/plain;charset=UTF-8")
        .query("writeKey=demo-api-key-tenant1").answers(200, "\"success\":true"));
    cases.add(post("page: no beacon", "/v1/p", somebody).anonymous().query("writeKey=demo-api-key-tenant1")
        .refused(401, "Authentication required"));
    cases.add(post("group: of no group", "/v1/group", "{\"userId\":\"u\"}").refused(400, "Invalid group request"));
    return cases;
  }

  private static List<ContractCase> batches() {
    var two = "{\"sentAt\":\"2026-01-01T00:00:00Z\",\"context\":{\"a\":1},\"batch\":["
        + "{\"type\":\"track\",\"event\":\"e\"},{\"type\":\"identify\",\"userId\":\"batch\"}]}";
    var cases = new ArrayList<ContractCase>();
    for (var path : List.of("/v1/batch", "/v1/batch/", "/batch", "/v1/import", "/import/", "/v1/b")) {
      cases.add(post("POST " + path, path, two).answers(200, "\"stored\":2", "\"rejected\":[]"));
    }
    cases.add(post("batch: gzip", "/v1/batch", two).gzipped().answers(200, "\"stored\":2"));
    cases.add(post("batch: the key alone", "/v1/batch", two).without("x-tenant-id").answers(200, "\"stored\":2"));
    cases.add(post("batch: a bad event", "/v1/batch", "{\"batch\":[{\"type\":\"track\",\"messageId\":\"x\"}]}")
        .answers(200, "\"rejected\":[{\"index\":0,\"messageId\":\"x\",\"reason\":\"event: is missing\"}]"));
    cases.add(post("batch: of none", "/v1/batch", "{\"batch\":[]}").answers(200, "\"stored\":0"));
    cases.add(post("batch: no batch", "/v1/batch", "{}").refused(400, "Invalid batch request"));
    cases.add(post("batch: no JSON", "/v1/batch", "{\"batch\":[").refused(400, "Bad Request"));
    cases.add(post("batch: no key", "/v1/batch", two).anonymous().refused(401, "Authentication required"));
    cases.add(post("batch: of another tenant", "/v1/batch", two).instead("x-tenant-id", "tenant2")
        .refused(403, "Tenant mismatch"));
    cases.add(post("batch: too many", "/v1/batch", "{\"batch\":[" + "1,".repeat(2500) + "1]}")
        .refused(413, "Payload Too Large"));
    return cases;
  }

  private static ContractCase wrongMethod(String method, String path, String allow) {
    return bare(method + " " + path, method, path).refused(405, "Method Not Allowed")
        .withHeaders(Map.of("allow", allow));
  }

  private static List<ContractCase> headers() {
    var any = Map.of("access-control-allow-origin", "*");
    var preflight = Map.of("access-control-allow-origin", "*", "access-control-allow-methods", "POST, OPTIONS",
        "access-control-allow-headers", "authorization, content-type, content-encoding, idempotency-key, x-api-key, "
            + "x-tenant-id, x-request-id, x-write-key, x-retry-count",
        "allow", "POST, OPTIONS");
    var safe = Map.of("x-content-type-options", "nosniff", "referrer-policy", "no-referrer",
        "cross-origin-resource-policy", "cross-origin", "strict-transport-security",
        "max-age=31536000; includeSubDomains", "content-type", "application/json;charset=utf-8");
    var budget = Map.of("x-ratelimit-limit", "1000", "x-ratelimit-remaining", "999");
    return List.of(
        origin(bare("preflight of track", "OPTIONS", "/v1/track")).answers(204).withHeaders(preflight),
        origin(bare("preflight of an alias", "OPTIONS", "/identify/")).answers(204).withHeaders(preflight),
        bare("OPTIONS without an origin", "OPTIONS", "/").answers(204)
            .withHeaders(Map.of("allow", "GET, HEAD, OPTIONS")),
        origin(bare("preflight of nothing", "OPTIONS", "/nope")).refused(404, "Not Found").withHeaders(any),
        origin(track("an origin", "{\"event\":\"a\"}")).answers(200).withHeaders(any),
        origin(track("an origin, refused", "{}")).refused(400, "Invalid track request").withHeaders(any),
        track("security headers", "{\"event\":\"a\"}").answers(200).withHeaders(safe),
        track("security headers, refused", "{").refused(400, "Bad Request").withHeaders(safe),
        track("the budget's headers", "{\"event\":\"a\"}").answers(200).withHeaders(budget),
        track("a valid request id", "{\"event\":\"a\"}").header("x-request-id", "a.B_9-z").answers(200, "\"a.B_9-z\"")
            .withHeaders(Map.of("x-request-id", "a.B_9-z")),
        bare("a request id on a 404", "GET", "/nope").header("X-Request-ID", "r-404").refused(404, "Not Found",
            "\"r-404\""),
        track("an invalid request id", "{}").header("x-request-id", "a b").refused(400, "Invalid track request"),
        track("a long request id", "{}").header("x-request-id", "r".repeat(129)).refused(400, "Invalid track request"),
        track("two request ids", "{}").header("x-request-id", "a").header("x-request-id", "b")
            .refused(400, "Invalid track request"),
        track("names in odd case", "{\"event\":\"a\"}").anonymous().header("X-TENANT-ID", "tenant1")
            .header("X-Api-Key", "demo-api-key-tenant1").answers(200),
        track("a header with several values", "{\"event\":\"a\"}").header("X-Custom", "a").header("X-Custom", "b")
            .header("Cookie", "a=b").answers(200));
  }

  private static ContractCase origin(ContractCase request) {
    return request.header("Origin", "https://app.example.com");
  }

  private static List<ContractCase> tracks() {
    var known = "{\"event\":\"a\",\"messageId\":\"m-1\"}";
    var duplicate = "\"message\":\"Event already processed\"";
    return List.of(
        track("every field", "{\"event\":\"a\",\"userId\":\"u\",\"anonymousId\":\"n\",\"sessionId\":\"s\",\"deviceId\":"
            + "\"d\",\"properties\":{\"a\":1.10,\"b\":9007199254740993,\"c\":1e400},\"timestamp\":\"2026-01-02T03:04:05Z\","
            + "\"messageId\":\"m-0\",\"context\":{\"a.b\":1,\"a\":{\"b\":2}},\"other\":[1]}").answers(200),
        track("nulls", "{\"event\":\"a\",\"userId\":null,\"properties\":null,\"timestamp\":null,\"messageId\":null,"
            + "\"context\":null,\"writeKey\":null}").answers(200),
        track("properties.userId", "{\"event\":\"a\",\"properties\":{\"userId\":\"p\"}}").answers(200),
        track("a message", known).answers(200, "\"success\":true"),
        track("the same message", known).answers(200, duplicate),
        track("the same message, another body", "{\"event\":\"b\",\"messageId\":\"m-1\"}").answers(200, duplicate),
        track("the same message as a key", "{\"event\":\"a\"}").header("Idempotency-Key", "m-1").answers(200,
            duplicate),
        track("a key yields to the message", "{\"event\":\"a\",\"messageId\":\"m-2\"}").header("idempotency-key", "m-1")
            .answers(200),
        track("the same message in another tenant", known).instead("x-tenant-id", "tenant2")
            .instead("x-api-key", "demo-api-key-tenant2").answers(200),
        track("a time with an offset", "{\"event\":\"a\",\"timestamp\":\"2026-01-02T03:04:05.678+05:30\"}")
            .answers(200),
        track("a time in milliseconds", "{\"event\":\"a\",\"timestamp\":1767323045678}").answers(200),
        track("the year 9999", "{\"event\":\"a\",\"timestamp\":\"9999-12-31T23:59:59Z\"}").answers(200),
        track("the year 1", "{\"event\":\"a\",\"timestamp\":\"0001-01-01T00:00:00Z\"}").answers(200),
        track("Unicode", "{\"event\":\"日本 🎉 \\u00e9\",\"userId\":\"Ünï\",\"messageId\":\"µ🎉\"}").answers(200),
        track("a name of 200 characters of four bytes", "{\"event\":\"" + "🎉".repeat(200) + "\"}").answers(200),
        track("compressed", "{\"event\":\"a\"}").gzipped().answers(200),
        track("compressed, labelled as a form", "{\"event\":\"a\"}").gzipped()
            .instead("Content-Type", "application/x-www-form-urlencoded").answers(200),
        track("a form that is JSON", "{\"event\":\"a=b&c\"}")
            .instead("Content-Type", "application/x-www-form-urlencoded").answers(200),
        track("no content type", "{\"event\":\"a\"}").without("Content-Type").answers(200),
        track("an odd content type", "{\"event\":\"a\"}").instead("Content-Type", "multipart/form-data").answers(200));
  }

  private static List<ContractCase> identifies() {
    var first = "{\"userId\":\"i-1\",\"messageId\":\"i-1\",\"traits\":{\"a\":1,\"b\":null}}";
    return List.of(
        identify("a new user", first).answers(200, "\"userId\":\"i-1\"", "\"created\":true"),
        identify("the user again", "{\"userId\":\"i-1\",\"traits\":{\"a\":2}}").answers(200, "\"created\":false"),
        identify("the first message again", first).answers(200, "\"created\":true", "Event already processed"),
        identify("the user of the same name in another tenant", first).instead("x-tenant-id", "tenant2")
            .instead("x-api-key", "demo-api-key-tenant2").answers(200, "\"created\":true"),
        identify("an anonymous visitor", "{\"anonymousId\":\"n-1\",\"traits\":{}}").answers(200, "\"userId\":null",
            "\"created\":false"),
        identify("a path as a user", "{\"userId\":\"../../etc/passwd\"}").answers(200, "\"created\":true"),
        identify("a user of 255 characters of four bytes", "{\"userId\":\"" + "🎉".repeat(255) + "\"}").answers(200,
            "\"created\":true"),
        identify("another case is another user", "{\"userId\":\"I-1\"}").answers(200, "\"created\":true"),
        identify("compressed", "{\"userId\":\"i-2\"}").gzipped().answers(200, "\"created\":true"));
  }
}
