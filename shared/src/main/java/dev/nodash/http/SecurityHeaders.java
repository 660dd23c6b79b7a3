package dev.nodash.http;

import java.util.Map;

/** What every response says to a browser, as helmet sets it for an API: this is data, and nobody's page. */
public final class SecurityHeaders {

  private SecurityHeaders() {}

  /** Adds them. */
  public static void decorate(boolean secure, Map<String, String> headers) {
    headers.put("Cache-Control", "no-store");
    headers.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    headers.put("Cross-Origin-Resource-Policy", "cross-origin");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("X-Frame-Options", "DENY");
    if (secure) {
      headers.put("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    }
  }
}
