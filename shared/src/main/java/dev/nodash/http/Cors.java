package dev.nodash.http;

import java.util.Map;
import java.util.Set;

/**
 * Cross-origin rules (Fetch standard, section 3.3) for the origins of {@code CORS_ORIGINS}: every origin, or those of a
 * list.
 */
public final class Cors {
  private static final String ANY = "*";
  private static final String ALLOWED_HEADERS = "authorization, content-type, content-encoding, idempotency-key, x-api-key, "
      + "x-tenant-id, x-request-id, x-write-key, x-retry-count";
  private static final String EXPOSED_HEADERS = "x-request-id, retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset";
  private static final String MAX_AGE_SECONDS = "7200";

  private final Set<String> origins;
  private final String allowedHeaders;

  /** Allows the origins; the name of the API-key header is allowed too where it is not the usual one. */
  public Cors(Set<String> origins, String apiKeyHeader) {
    this.origins = Set.copyOf(origins);
    this.allowedHeaders = Set.of(ALLOWED_HEADERS.split(", ", -1)).contains(apiKeyHeader)
        ? ALLOWED_HEADERS
        : ALLOWED_HEADERS + ", " + apiKeyHeader;
  }

  /** Whether this is the browser's question before the request itself. */
  public static boolean isPreflight(HttpRequest request) {
    return request.method().equals("OPTIONS");
  }

  /** Adds what a browser needs to hand the response to the page, on errors too. */
  public void decorate(HttpRequest request, Map<String, String> headers) {
    if (allow(request, headers)) {
      headers.put("Access-Control-Expose-Headers", EXPOSED_HEADERS);
    }
  }

  /** Adds the answer to a preflight. */
  public void preflight(HttpRequest request, String methods, Map<String, String> headers) {
    headers.put("Allow", methods);
    if (allow(request, headers)) {
      headers.put("Access-Control-Allow-Methods", methods);
      headers.put("Access-Control-Allow-Headers", allowedHeaders);
      headers.put("Access-Control-Max-Age", MAX_AGE_SECONDS);
    }
  }

  private boolean allow(HttpRequest request, Map<String, String> headers) {
    if (origins.contains(ANY)) {
      headers.put("Access-Control-Allow-Origin", ANY);
      return true;
    }
    if (origins.isEmpty()) {
      return false;
    }
    headers.put("Vary", "Origin");
    var origin = request.header("origin").filter(origins::contains);
    origin.ifPresent(allowed -> headers.put("Access-Control-Allow-Origin", allowed));
    return origin.isPresent();
  }
}
