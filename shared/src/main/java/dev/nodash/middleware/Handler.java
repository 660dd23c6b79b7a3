package dev.nodash.middleware;

import dev.nodash.model.JsonText;

/** What one route does once the request has been matched to it. */
@FunctionalInterface
interface Handler {

  /** Answers the request or throws {@link Rejected} or a store's exception. */
  Answer handle(Exchange exchange);

  /** What a handler has to say. */
  record Answer(int status, JsonText body) {
    static Answer ok(JsonText body) {
      return new Answer(200, body);
    }
  }
}
