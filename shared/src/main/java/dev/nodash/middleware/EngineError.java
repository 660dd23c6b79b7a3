package dev.nodash.middleware;

import dev.nodash.http.HttpResponse;
import dev.nodash.http.SecurityHeaders;
import dev.nodash.json.JsonBuilder;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** What a web engine refuses before any function sees it, in the shape of every other error. */
public record EngineError(int status, Map<String, String> headers, String body) {

  /**
   * The answer to a request that an engine refused with this status. 501 and 505 speak of a method, an encoding or a
   * version that the client chose, so that the fault is the client's: 400.
   */
  public static EngineError of(int engineStatus, boolean secure, Clock clock) {
    int status = engineStatus == 501 || engineStatus == 505 ? 400 : engineStatus;
    var requestId = UUID.randomUUID().toString();
    var headers = new LinkedHashMap<String, String>();
    headers.put("Content-Type", HttpResponse.JSON);
    headers.put("x-request-id", requestId);
    SecurityHeaders.decorate(secure, headers);
    if (status == 503) {
      headers.put("Retry-After", "1");
    }
    var body = new JsonBuilder().add("error", error(status)).add("message", message(status)).add("statusCode", status)
        .add("timestamp", clock.instant()).add("requestId", requestId).end();
    return new EngineError(status, headers, body.value());
  }

  private static String error(int status) {
    return switch (status) {
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 413 -> "Payload Too Large";
      case 503 -> "Service Unavailable";
      default -> status < 500 ? "Bad Request" : "Internal Server Error";
    };
  }

  private static String message(int status) {
    return status < 500 ? "the request is not valid HTTP/1.1" : "the request failed";
  }
}
