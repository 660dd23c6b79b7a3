package dev.nodash.middleware;

import dev.nodash.contract.Calls;
import dev.nodash.http.Body;
import dev.nodash.http.Body.UndecodableBody;
import dev.nodash.http.HttpRequest;
import dev.nodash.json.JsonEnvelope;
import dev.nodash.json.JsonFault;
import dev.nodash.json.JsonFault.NotAnObject;
import dev.nodash.json.JsonObject;
import dev.nodash.middleware.Rejection.BatchTooLarge;
import dev.nodash.middleware.Rejection.BodyLate;
import dev.nodash.middleware.Rejection.InvalidCall;
import dev.nodash.middleware.Rejection.InvalidTenant;
import dev.nodash.middleware.Rejection.MalformedBody;
import dev.nodash.middleware.Rejection.MissingTenant;
import dev.nodash.middleware.Rejection.Overloaded;
import dev.nodash.middleware.Rejection.PayloadTooLarge;
import dev.nodash.model.EventType;
import dev.nodash.model.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Turns a request into a {@link Call} or a {@link Batch} or refuses it, without any I/O. Faults win in this order: tenant
 * header, size, JSON, schema; all faults of the schema are told at once.
 */
final class Validate {
  private static final String BATCH = "batch";

  Call call(EventType type, Exchange exchange) {
    var request = exchange.request();
    var tenant = claimedTenant(request);
    var body = tenant.isPresent() || mayComeWithoutTenant(exchange)
        ? object(type, request)
        : objectWithWriteKey(type, request);
    var fields = new Fields(body);
    var call = CallBody.read(type, tenant, fields, request.header("idempotency-key"));
    if (!fields.faults().isEmpty()) {
      throw new Rejected(new InvalidCall(type.label(), fields.faults()));
    }
    return call;
  }

  /** The bytes of a batch, decoded. */
  Body batchBody(Exchange exchange) {
    var request = exchange.request();
    var _ = claimedTenant(request);
    var body = body(request, Calls.MAX_BATCH_BYTES);
    if (body.size() > Calls.MAX_BATCH_BYTES) {
      throw new Rejected(new PayloadTooLarge(BATCH, body.size(), Calls.MAX_BATCH_BYTES));
    }
    return body;
  }

  /** Refuses only what makes the whole unreadable: what is wrong with an event is said of it alone. */
  Batch batch(Exchange exchange, Body body) {
    var envelope = parsed(BATCH, body,
        bytes -> JsonEnvelope.parse(bytes, Calls.BATCH, Calls.MAX_BATCH_EVENTS, BatchBody::part));
    var elements = envelope.elements().first().orElseThrow(() -> new Rejected(new InvalidCall(BATCH,
        List.of(
            Calls.BATCH + ": " + (envelope.rest().get(Calls.BATCH).isPresent() ? "must be an array" : "is missing")))));
    if (envelope.elements().size() > Calls.MAX_BATCH_EVENTS) {
      throw new Rejected(new BatchTooLarge(envelope.elements().size(), Calls.MAX_BATCH_EVENTS));
    }
    return BatchBody.read(claimedTenant(exchange.request()), envelope.rest(), elements, body.size());
  }

  /** Only a write key in the body may stand in for the header now: without one, the header's absence is the first fault. */
  private static JsonObject objectWithWriteKey(EventType type, HttpRequest request) {
    try {
      var body = object(type, request);
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
    return exchange.route().orElseThrow().mayLackTenant(request.path()) || Credentials.hasBasic(request);
  }

  private static JsonObject object(EventType type, HttpRequest request) {
    var body = body(request, Calls.MAX_EVENT_BYTES);
    if (body.size() > HttpRequest.MAX_BODY_BYTES) {
      throw new Rejected(new PayloadTooLarge("body", body.size(), HttpRequest.MAX_BODY_BYTES));
    }
    if (body.size() > Calls.MAX_EVENT_BYTES) {
      throw new Rejected(new PayloadTooLarge("event", body.size(), Calls.MAX_EVENT_BYTES));
    }
    return parsed(type.label(), body, JsonObject::parse);
  }

  private static <T> T parsed(String call, Body body, Function<byte[], T> parser) {
    try {
      return parser.apply(body.bytes());
    } catch (NotAnObject e) {
      throw new Rejected(new InvalidCall(call, List.of(String.valueOf(e.getMessage()))));
    } catch (JsonFault e) {
      throw new Rejected(new MalformedBody(String.valueOf(e.getMessage())));
    }
  }

  /** The decoded body, of which no more than {@code keep} bytes are kept. */
  private static Body body(HttpRequest request, int keep) {
    checkArrived(request.body());
    try {
      return request.body().decoded(request.header("content-encoding").orElse(""), keep,
          Math.max(keep, HttpRequest.MAX_BODY_BYTES));
    } catch (UndecodableBody e) {
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
}
