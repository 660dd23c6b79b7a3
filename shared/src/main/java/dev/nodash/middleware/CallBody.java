package dev.nodash.middleware;

import dev.nodash.contract.Calls;
import dev.nodash.contract.Member;
import dev.nodash.contract.Member.Words;
import dev.nodash.json.JsonObject;
import dev.nodash.json.JsonValue;
import dev.nodash.json.JsonValue.Kind;
import dev.nodash.model.Actor;
import dev.nodash.model.Event;
import dev.nodash.model.EventType;
import dev.nodash.model.JsonText;
import dev.nodash.model.Relations;
import dev.nodash.model.TenantId;
import dev.nodash.model.Text;
import dev.nodash.model.UserId;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What the members of a body say, by the type of the call. */
final class CallBody {
  private static final Set<EventType> WITH_PROPERTIES = having(Calls.PROPERTIES);
  private static final Set<EventType> WITH_TRAITS = having(Calls.TRAITS);

  private CallBody() {}

  private static Set<EventType> having(Member member) {
    var types = EnumSet.allOf(EventType.class);
    types.removeIf(type -> !Calls.members(type).contains(member));
    return types;
  }

  /**
   * Reads all members and notes what is wrong with them; a call with faults is not to be used.
   *
   * @param idempotencyKey what stands in for a message id
   */
  static Call read(EventType type, Optional<TenantId> tenant, Fields fields, Optional<String> idempotencyKey) {
    var properties = WITH_PROPERTIES.contains(type) ? fields.object(Calls.PROPERTIES) : Optional.<JsonText>empty();
    var traits = WITH_TRAITS.contains(type) ? fields.object(Calls.TRAITS) : Optional.<JsonText>empty();
    var relations = relations(type, fields, properties);
    var name = name(type, fields, properties, relations);
    var writeKey = fields.text(Calls.WRITE_KEY);
    var actor = actor(type, fields, properties);
    var context = fields.object(Calls.CONTEXT);
    var timestamp = fields.time(Calls.TIMESTAMP);
    var original = fields.time(Calls.ORIGINAL_TIMESTAMP);
    return new Call(type, tenant, writeKey, name, actor, relations, properties, traits, context,
        timestamp.or(() -> original), fields.time(Calls.SENT_AT), messageId(fields, idempotencyKey));
  }

  private static String name(EventType type, Fields fields, Optional<JsonText> properties, Relations relations) {
    return switch (type) {
      case TRACK -> fields.required(Calls.EVENT).orElse(type.label());
      case PAGE, SCREEN -> fields.text(Calls.NAME).or(() -> reserved(properties, Calls.NAME, CallBody::isName))
          .or(relations::category).orElse(type.label());
      default -> type.label();
    };
  }

  private static Relations relations(EventType type, Fields fields, Optional<JsonText> properties) {
    return switch (type) {
      case TRACK, IDENTIFY -> Relations.NONE;
      case PAGE, SCREEN -> new Relations(
          fields.text(Calls.CATEGORY).or(() -> reserved(properties, Calls.CATEGORY, CallBody::isName)),
          Optional.empty(), Optional.empty());
      case GROUP -> new Relations(Optional.empty(), fields.present(Calls.GROUP_ID), Optional.empty());
      case ALIAS -> new Relations(Optional.empty(), Optional.empty(), fields.present(Calls.PREVIOUS_ID));
    };
  }

  private static Actor actor(EventType type, Fields fields, Optional<JsonText> properties) {
    var userId = switch (type) {
      case TRACK -> fields.text(Calls.USER_ID).or(() -> reserved(properties, Calls.USER_ID, UserId::isValid));
      case ALIAS -> fields.present(Calls.USER_ID);
      default -> fields.text(Calls.USER_ID);
    };
    var anonymousId = fields.text(Calls.ANONYMOUS_ID);
    if (Calls.isOfSomebody(type) && !fields.has(Calls.USER_ID) && !fields.has(Calls.ANONYMOUS_ID)) {
      fields.fault(Calls.USER_ID, "is missing, and so is anonymousId");
    }
    return new Actor(userId.map(UserId::new), anonymousId, fields.text(Calls.SESSION_ID),
        fields.text(Calls.DEVICE_ID));
  }

  /**
   * What a property says that has the name of a member which is absent; some clients put it there. What would be no such
   * member is a property like any other.
   */
  private static Optional<String> reserved(Optional<JsonText> properties, Words member, Predicate<String> isValid) {
    return properties.filter(it -> it.value().contains(member.name()) || it.value().contains("\\u"))
        .flatMap(it -> JsonObject.parse(it).get(member.name())).filter(value -> value.kind() == Kind.STRING)
        .map(JsonValue::string).filter(isValid);
  }

  private static boolean isName(String text) {
    return !text.isBlank() && Text.isPlain(text, Event.MAX_NAME_LENGTH);
  }

  private static Optional<String> messageId(Fields fields, Optional<String> idempotencyKey) {
    return fields.text(Calls.MESSAGE_ID).or(() -> idempotencyKey.filter(key -> !key.isEmpty())
        .flatMap(key -> fields.checked("Idempotency-Key", key, Calls.MAX_ID_LENGTH)));
  }
}
