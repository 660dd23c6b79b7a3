package dev.nodash.middleware;

import dev.nodash.model.Actor;
import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.EventTime;
import dev.nodash.model.EventType;
import dev.nodash.model.JsonText;
import dev.nodash.model.Tenant;
import dev.nodash.model.TenantId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One valid track or identify call, before anybody has proved whose it is.
 *
 * @param claimedTenant what the tenant header says
 * @param writeKey the credential in the body
 * @param traits what identify sets, by key; {@code rawTraits} is the same as sent
 */
record Call(EventType type, Optional<TenantId> claimedTenant, Optional<String> writeKey, String name, Actor actor,
    Optional<JsonText> properties, Optional<JsonText> rawTraits, Map<String, JsonText> traits,
    Optional<JsonText> context, Optional<SentTime> sentTime, Optional<String> messageId) {

  /** A client's time: the instant and the text that said it. */
  record SentTime(Instant instant, String text) {}

  /** The event this call becomes for the tenant that authentication proved. */
  Event event(Tenant tenant, Instant receivedAt, RandomGenerator random) {
    var id = messageId.map(message -> EventId.ofMessage(tenant.id(), message))
        .orElseGet(() -> EventId.random(receivedAt, random));
    var time = sentTime.map(sent -> EventTime.sent(sent.instant(), sent.text(), receivedAt))
        .orElseGet(() -> EventTime.received(receivedAt));
    return new Event(id, type, messageId, name, actor, properties, rawTraits, context, time);
  }

  /** The user id, else the anonymous id. */
  Optional<String> who() {
    return actor.userId().map(Object::toString).or(actor::anonymousId);
  }
}
