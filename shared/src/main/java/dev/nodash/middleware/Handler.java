package dev.nodash.middleware;

import dev.nodash.model.JsonText;
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

  /** What a handler has to say. */
  record Answer(int status, JsonText body) {
    static Answer ok(JsonText body) {
      return new Answer(200, body);
    }
  }
}
