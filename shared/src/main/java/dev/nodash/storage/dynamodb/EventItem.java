package dev.nodash.storage.dynamodb;

import dev.nodash.json.Timestamps;
import dev.nodash.model.Actor;
import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.EventTime;
import dev.nodash.model.EventType;
import dev.nodash.model.JsonText;
import dev.nodash.model.Relations;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The attributes of an event, as {@link DynamoDbEventStore} lists them. */
final class EventItem {
  private EventItem() {}

  static Item key(Tenant tenant, EventId id) {
    return new Item().text("id", tenant + "#" + id);
  }

  static Item of(Tenant tenant, Event event, Optional<Duration> retention) {
    var actor = event.actor();
    var relations = event.relations();
    var time = event.time();
    return key(tenant, event.id()).text("shard", Shards.of(tenant, event.id()))
        .text("at", at(time.timestamp()) + " " + event.id()).text("type", event.type().label())
        .text("event", event.name()).text("messageId", event.messageId()).text("userId", actor.userId())
        .text("anonymousId", actor.anonymousId()).text("sessionId", actor.sessionId())
        .text("deviceId", actor.deviceId()).text("receivedAt", at(time.receivedAt()))
        .text("sentTimestamp", time.sent()).text("properties", event.properties()).text("traits", event.traits())
        .text("context", event.context()).text("category", relations.category()).text("groupId", relations.groupId())
        .text("previousId", relations.previousId()).text("sentAt", time.sentAt())
        .text("skewCorrected", time.skewCorrected() ? Optional.of("true") : Optional.empty())
        .number(Shape.EXPIRES, retention.map(keep -> time.timestamp().plus(keep).getEpochSecond()));
  }

  static Event event(Item item) {
    var at = item.text("at").split(" ", 2);
    return new Event(EventId.parse(at[1]), EventType.ofLabel(item.text("type")), item.textIf("messageId"),
        item.text("event"),
        new Actor(item.textIf("userId").map(UserId::new), item.textIf("anonymousId"), item.textIf("sessionId"),
            item.textIf("deviceId")),
        new Relations(item.textIf("category"), item.textIf("groupId"), item.textIf("previousId")),
        item.textIf("properties").map(JsonText::new), item.textIf("traits").map(JsonText::new),
        item.textIf("context").map(JsonText::new),
        new EventTime(instant(at[0]), instant(item.text("receivedAt")), item.textIf("sentTimestamp"),
            item.textIf("sentAt"), item.textIf("skewCorrected").isPresent()));
  }

  /** Whether it counts as gone, though DynamoDB has not come to removing it. */
  static boolean isOver(Item item, Instant now) {
    return item.numberIf(Shape.EXPIRES).filter(second -> second <= now.getEpochSecond()).isPresent();
  }

  /** A time as texts are sorted by. */
  static String at(Instant time) {
    return Timestamps.format(time);
  }

  static Instant instant(String text) {
    return Timestamps.parse(text).orElseThrow();
  }
}
