package dev.nodash.middleware;

import dev.nodash.json.JsonObject;
import dev.nodash.model.Actor;
import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.EventTime;
import dev.nodash.model.EventType;
import dev.nodash.model.Identify;
import dev.nodash.model.JsonText;
import dev.nodash.model.Relations;
import dev.nodash.model.SentTime;
import dev.nodash.model.Tenant;
import dev.nodash.model.TenantId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One valid call, before anybody has proved whose it is.
 *
 * @param claimedTenant what the tenant header says
 * @param writeKey the credential in the body
 * @param traits as sent
 */
record Call(EventType type, Optional<TenantId> claimedTenant, Optional<String> writeKey, String name, Actor actor,
    Relations relations, Optional<JsonText> properties, Optional<JsonText> traits, Optional<JsonText> context,
    Optional<SentTime> sentTime, Optional<SentTime> sentAt,
    Optional<String> messageId) {

  /** The event this call becomes for the tenant that authentication proved. */
  Event event(Tenant tenant, Instant receivedAt, RandomGenerator random) {
    var id = messageId.map(message -> EventId.ofMessage(tenant.id(), message))
        .orElseGet(() -> EventId.random(receivedAt, random));
    return new Event(id, type, messageId, name, actor, relations, properties, traits, context,
        EventTime.of(sentTime, sentAt, receivedAt));
  }

  /**
   * The same as a part of a batch.
   *
   * @param whole its context together with the batch's
   * @param sent when the batch was sent, if the call does not say it of itself
   */
  Call within(Optional<JsonText> whole, Optional<SentTime> sent) {
    return new Call(type, claimedTenant, writeKey, name, actor, relations, properties, traits, whole,
        sentTime,
        sentAt.or(() -> sent), messageId);
  }

  Sender sender() {
    return new Sender(claimedTenant, writeKey, Optional.empty(), who());
  }

  /** What it asks of the user's record, if it is an identify call that names a user. */
  Optional<Identify> identify(Event event) {
    return type == EventType.IDENTIFY
        ? actor.userId().map(userId -> new Identify(userId, eachTrait(), event.time().effective(), event.id()))
        : Optional.empty();
  }

  /** Taken apart here and not before, since many small ones take a multiple of their text. */
  private Map<String, JsonText> eachTrait() {
    var each = new LinkedHashMap<String, JsonText>();
    traits.map(JsonObject::parse).ifPresent(it -> it.members().forEach((key, value) -> each.put(key, value.raw())));
    return each;
  }

  /**
   * Who says that he sends it.
   *
   * @param tenant what the tenant header says
   * @param writeKey the credential in the body
   * @param spareKey what takes its place where there is no credential at all
   * @param who the user whom it is about
   */
  record Sender(Optional<TenantId> tenant, Optional<String> writeKey, Optional<String> spareKey,
      Optional<String> who) {}

  /** The user id, else the anonymous id. */
  Optional<String> who() {
    return actor.userId().map(Object::toString).or(actor::anonymousId);
  }
}
