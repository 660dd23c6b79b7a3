package dev.nodash.middleware;

import dev.nodash.contract.Calls;
import dev.nodash.http.Body;
import dev.nodash.http.Body.UndecodableBody;
import dev.nodash.http.HttpRequest;
import dev.nodash.json.JsonFault;
import dev.nodash.json.JsonFault.NotAnObject;
import dev.nodash.json.JsonObject;
import dev.nodash.json.JsonValue;
import dev.nodash.json.JsonValue.Kind;
import dev.nodash.middleware.Rejection.BodyLate;
import dev.nodash.middleware.Rejection.InvalidCall;
import dev.nodash.middleware.Rejection.InvalidTenant;
import dev.nodash.middleware.Rejection.MalformedBody;
import dev.nodash.middleware.Rejection.MissingTenant;
import dev.nodash.middleware.Rejection.Overloaded;
import dev.nodash.middleware.Rejection.PayloadTooLarge;
import dev.nodash.model.Actor;
import dev.nodash.model.EventType;
import dev.nodash.model.JsonText;
import dev.nodash.model.TenantId;
import dev.nodash.model.UserId;
import java.util.List;
import java.util.Optional;

/**
 * Turns a request into a {@link Call} or refuses it, without any I/O. Faults win in this order: tenant header, size,
 * JSON, schema; all faults of the schema are told at once.
 */
final class Validate {
  Call call(EventType type, Exchange exchange) {
    var request = exchange.request();
    var tenant = claimedTenant(request);
    if (tenant.isPresent() || mayComeWithoutTenant(exchange)) {
      return call(type, tenant, request, body(type, request));
    }
    return call(type, tenant, request, bodyWithWriteKey(type, request));
  }

  /** Only a write key in the body may stand in for the header now: without one, the header's absence is the first fault. */
  private static JsonObject bodyWithWriteKey(EventType type, HttpRequest request) {
    try {
      var body = body(type, request);
      if (body.get(Calls.WRITE_KEY.name()).isPresent()) {
        return body;
      }
    } catch (Rejected e) {
      // The body's fault comes after the header's.
    }
    throw new Rejected(new MissingTenant());
  }

  private static Optional<TenantId> claimedTenant(HttpRequest request) {
    var claimed = request.header("x-tenant-id").map(String::strip).filter(id -> !id.isEmpty());
    if (claimed.isPresent() && !TenantId.isValid(claimed.get())) {
      throw new Rejected(new InvalidTenant());
    }
    return claimed.map(TenantId::new);
  }

  private static boolean mayComeWithoutTenant(Exchange exchange) {
    var request = exchange.request();
    return exchange.route().orElseThrow().isAlias(request.path()) || Credentials.hasBasic(request);
  }

  private static JsonObject body(EventType type, HttpRequest request) {
    try {
      checkArrived(request.body());
      var body = request.body().decoded(request.header("content-encoding").orElse(""), Calls.MAX_EVENT_BYTES);
      checkSize(body);
      return JsonObject.parse(body.bytes(), type == EventType.IDENTIFY ? Calls.TRAITS.name() : "");
    } catch (NotAnObject e) {
      throw new Rejected(new InvalidCall(type, List.of(String.valueOf(e.getMessage()))));
    } catch (UndecodableBody | JsonFault e) {
      throw new Rejected(new MalformedBody(String.valueOf(e.getMessage())));
    }
  }

  private static void checkArrived(Body body) {
    body.fault().ifPresent(fault -> {
      throw new Rejected(switch (fault) {
        case LATE -> new BodyLate();
        case CUT -> new MalformedBody("body: broke off before its end");
        case NO_ROOM -> new Overloaded("too many bodies are under way");
      });
    });
  }

  private static void checkSize(Body body) {
    if (body.size() > HttpRequest.MAX_BODY_BYTES) {
      throw new Rejected(new PayloadTooLarge("body", body.size(), HttpRequest.MAX_BODY_BYTES));
    }
    if (body.size() > Calls.MAX_EVENT_BYTES) {
      throw new Rejected(new PayloadTooLarge("event", body.size(), Calls.MAX_EVENT_BYTES));
    }
  }

  private static Call call(EventType type, Optional<TenantId> tenant, HttpRequest request, JsonObject body) {
    var fields = new Fields(body);
    var properties = type == EventType.TRACK ? fields.object(Calls.PROPERTIES) : Optional.<JsonText>empty();
    var traits = type == EventType.IDENTIFY ? fields.object(Calls.TRAITS) : Optional.<JsonText>empty();
    var name = type == EventType.TRACK ? fields.required(Calls.EVENT) : Optional.of(type.label());
    var call = new Call(type, tenant, fields.text(Calls.WRITE_KEY), name.orElse(type.label()),
        actor(type, fields, properties), properties, traits, fields.opened(Calls.TRAITS), fields.object(Calls.CONTEXT),
        fields.time(Calls.TIMESTAMP), messageId(fields, request));
    if (!fields.faults().isEmpty()) {
      throw new Rejected(new InvalidCall(type, fields.faults()));
    }
    return call;
  }

  private static Actor actor(EventType type, Fields fields, Optional<JsonText> properties) {
    var userId = fields.text(Calls.USER_ID).or(() -> properties.flatMap(Validate::userIdOf));
    var anonymousId = fields.text(Calls.ANONYMOUS_ID);
    if (type == EventType.IDENTIFY && !fields.has(Calls.USER_ID) && !fields.has(Calls.ANONYMOUS_ID)) {
      fields.fault(Calls.USER_ID, "is missing, and so is anonymousId");
    }
    return new Actor(userId.map(UserId::new), anonymousId, fields.text(Calls.SESSION_ID),
        fields.text(Calls.DEVICE_ID));
  }

  /** Some clients put the user among the properties; what is no user id there is a property like any other. */
  private static Optional<String> userIdOf(JsonText properties) {
    var mayHaveOne = properties.value().contains(Calls.USER_ID.name()) || properties.value().contains("\\u");
    return mayHaveOne
        ? JsonObject.parse(properties).get(Calls.USER_ID.name()).filter(value -> value.kind() == Kind.STRING)
            .map(JsonValue::string).filter(UserId::isValid)
        : Optional.empty();
  }

  private static Optional<String> messageId(Fields fields, HttpRequest request) {
    return fields.text(Calls.MESSAGE_ID)
        .or(() -> request.header("idempotency-key").filter(key -> !key.isEmpty())
            .flatMap(key -> fields.checked("Idempotency-Key", key, Calls.MAX_ID_LENGTH)));
  }
}
