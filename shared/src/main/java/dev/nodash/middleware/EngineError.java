package dev.nodash.middleware;

import dev.nodash.json.JsonBuilder;
import java.time.Clock;
import java.util.UUID;

/** What a web engine refuses before any function sees it, in the shape of every other error. */
public record EngineError(String requestId, String body) {

  /** The answer to a request that an engine refused with this status. */
  public static EngineError of(int status, Clock clock) {
    var requestId = UUID.randomUUID().toString();
    var body = new JsonBuilder().add("error", error(status)).add("message", "the request is not valid HTTP/1.1")
        .add("statusCode", status).add("timestamp", clock.instant()).add("requestId", requestId).end();
    return new EngineError(requestId, body.value());
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
}
