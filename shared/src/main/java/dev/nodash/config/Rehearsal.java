package dev.nodash.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.middleware.ApiKeys.ApiKey;
import dev.nodash.model.Tenant;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;

/** Requests as a client sends them, with a key that is good for their rehearsal only. */
final class Rehearsal {
  private static final String KEY = "rehearsal";
  static final ApiKey API_KEY = ApiKey.ofSecret(Tenant.of(KEY), KEY);

  private static final String TRACK = """
      {"event":"rehearsal","userId":"u","messageId":"m","timestamp":"2026-01-01T00:00:00Z","properties":{"a":[1]}}""";
  private static final String IDENTIFY = """
      {"userId":"u","messageId":"m","traits":{"a":1}}""";

  private Rehearsal() {}

  /** Events of API Gateway: one for every route that takes one. */
  static List<InputStream> events(String apiKeyHeader) {
    return List.of(event("/v1/track", apiKeyHeader, "POST", TRACK),
        event("/v1/identify", apiKeyHeader, "POST", IDENTIFY), event("/v1/health", apiKeyHeader, "GET", ""));
  }

  private static InputStream event(String path, String apiKeyHeader, String method, String body) {
    var event = """
        {"version":"2.0","rawPath":"%s","rawQueryString":"","headers":{"x-tenant-id":"rehearsal","%s":"rehearsal",
         "authorization":"Bearer a.b.c"},"requestContext":{"http":{"method":"%s","sourceIp":"127.0.0.1"}},
         "body":"%s","isBase64Encoded":false}""".formatted(path, apiKeyHeader, method, body.replace("\"", "\\\""));
    return new ByteArrayInputStream(event.getBytes(UTF_8));
  }
}
