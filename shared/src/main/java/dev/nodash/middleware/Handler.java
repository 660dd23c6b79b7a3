package dev.nodash.middleware;

import dev.nodash.model.JsonText;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What one route does once the request has been matched to it. */
@FunctionalInterface
interface Handler {

  /** Answers the request, or fails with {@link Rejected} or a store's exception, which it may throw as well. */
  CompletionStage<Answer> handle(Exchange exchange);

  /** What has its answer at once. */
  static Handler of(Function<Exchange, Answer> answer) {
    return exchange -> CompletableFuture.completedStage(answer.apply(exchange));
  }

  /**
   * What a handler has to say.
   *
   * @param headers which take the place of those that every response has
   */
  record Answer(int status, String body, Map<String, String> headers) {

    Answer(int status, JsonText body) {
      this(status, body.value(), Map.of());
    }

    static Answer ok(JsonText body) {
      return new Answer(200, body);
    }

    /** A text that is no JSON. */
    static Answer of(String contentType, String body, Map<String, String> headers) {
      var all = new HashMap<>(headers);
      all.put("Content-Type", contentType);
      return new Answer(200, body, all);
    }
  }
}
