package dev.nodash.lambda;

import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import java.util.Map;
import java.util.function.Function;

/**
 * Stands before a function and answers, at once and with 204, events that only keep a sandbox warm: those of a schedule
 * ({@code aws.events}) or of a warm-up plug-in, which say their {@code source} and are no request.
 */
public record WarmUp(Function<HttpRequest, HttpResponse> line) implements Function<HttpRequest, HttpResponse> {
  /** What such an event becomes; no gateway sends a request without a path. */
  static final HttpRequest EVENT = new HttpRequest("WARM-UP", "", Map.of(), Map.of(), Body.EMPTY, "", true);
  private static final HttpResponse WARM = new HttpResponse(204, Map.of(), "");

  @Override
  public HttpResponse apply(HttpRequest request) {
    return request.path().isEmpty() && request.method().equals(EVENT.method()) ? WARM : line.apply(request);
  }
}
