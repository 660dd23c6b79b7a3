package dev.nodash.middleware;

import dev.nodash.json.JsonBuilder;
import dev.nodash.middleware.Batch.Item;
import dev.nodash.middleware.Handler.Answer;
import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.model.EventId;
import dev.nodash.model.JsonText;
import dev.nodash.model.UserId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The bodies of answers, as clients know them. */
final class Respond {
  private static final String DUPLICATE = "Event already processed";
  private static final JsonText NULL = new JsonText("null");

  private Respond() {}

  static Answer tracked(Exchange exchange, EventId id) {
    var body = new JsonBuilder().add("success", true).add("eventId", id.toString());
    return accepted(exchange, body);
  }

  static Answer identified(Exchange exchange, Optional<UserId> userId, boolean created) {
    var body = new JsonBuilder().add("success", true);
    userId.ifPresentOrElse(id -> body.add("userId", id.value()), () -> body.add("userId", NULL));
    return accepted(exchange, body.add("created", created));
  }

  /**
   * The answer to a batch.
   *
   * @param refused the events that are not stored, and why
   * @param ignored what is wrong with the batch beside its events
   */
  static Answer batched(Exchange exchange, Map<Outcome, Integer> outcomes, Map<Item, String> refused,
      List<String> ignored) {
    var body = new JsonBuilder().add("success", true).add("stored", outcomes.getOrDefault(Outcome.STORED, 0))
        .add("duplicates", outcomes.getOrDefault(Outcome.DUPLICATE, 0));
    var each = refused.entrySet().stream().map(it -> new JsonBuilder().add("index", it.getKey().index())
        .add("messageId", it.getKey().messageId()).add("reason", it.getValue()).end().value());
    body.add("rejected", JsonBuilder.array(each));
    if (!ignored.isEmpty()) {
      body.add("ignored", JsonBuilder.array(ignored.stream().map(JsonBuilder::quoted)));
    }
    return Answer.ok(body.add("timestamp", exchange.receivedAt()).add("requestId", exchange.requestId()).end());
  }

  static JsonText refused(Exchange exchange, Refusal refusal) {
    return new JsonBuilder().add("error", refusal.error()).add("message", refusal.message())
        .add("statusCode", refusal.status()).add("timestamp", exchange.receivedAt())
        .add("requestId", exchange.requestId()).end();
  }

  /** The page that tells a visitor what this is. */
  static Answer welcome(Service service) {
    var endpoints = new JsonBuilder();
    for (var route : Route.values()) {
      endpoints.add(route.name().toLowerCase(Locale.ROOT), route.method() + " " + route.path());
    }
    return Answer.ok(new JsonBuilder().add("name", service.name()).add("version", service.version())
        .add("endpoints", endpoints.end()).add("documentation", "https://github.com/nodash/nodash#readme").end());
  }

  private static Answer accepted(Exchange exchange, JsonBuilder body) {
    body.add("timestamp", exchange.receivedAt()).add("requestId", exchange.requestId());
    if (exchange.isDuplicate()) {
      body.add("message", DUPLICATE);
    }
    return Answer.ok(body.end());
  }
}
