package dev.nodash.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.contract.Calls;
import dev.nodash.json.JsonBuilder;
import dev.nodash.json.JsonEnvelope.Element;
import dev.nodash.json.JsonObject;
import dev.nodash.json.JsonValue;
import dev.nodash.json.JsonValue.Kind;
import dev.nodash.middleware.Batch.Item;
import dev.nodash.middleware.Rejection.PayloadTooLarge;
import dev.nodash.model.EventType;
import dev.nodash.model.JsonText;
import dev.nodash.model.SentTime;
import dev.nodash.model.TenantId;
import dev.nodash.model.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the events of a batch, each for itself, with what the batch says for all of them. */
final class BatchBody {
  private static final Map<String, EventType> TYPES = Stream.of(EventType.values())
      .collect(Collectors.toUnmodifiableMap(EventType::label, Function.identity()));

  private final Optional<JsonObject> context;
  private final Optional<JsonText> contextText;
  private final long contextBytes;
  private final Optional<SentTime> sentAt;

  private BatchBody(Fields batch) {
    this.contextText = batch.object(Calls.CONTEXT);
    this.context = contextText.map(JsonObject::parse);
    this.contextBytes = contextText.map(text -> (long) text.value().getBytes(UTF_8).length).orElse(0L);
    this.sentAt = batch.time(Calls.SENT_AT);
  }

  /**
   * One of the events, without what the batch says for all of them.
   *
   * @param bytes of the event; none where it could not be read
   */
  record Part(Item item, long bytes) {}

  /** Reads one of the events. */
  static Part part(int index, Element element) {
    return switch (element) {
      case Element.Faulty it ->
        new Part(new Item(index, Optional.empty(), Optional.empty(), List.of(ofEvent(it.fault()))), 0);
      case Element.Whole it -> new Part(item(index, it), it.bytes());
    };
  }

  /**
   * Reads what stands beside the events and puts all together.
   *
   * @param bytes of all of it
   */
  static Batch read(Optional<TenantId> tenant, JsonObject batch, List<Part> events, long bytes) {
    var fields = new Fields(batch);
    var body = new BatchBody(fields);
    var withContext = bytes + body.contextBytes * events.size();
    if (withContext > Calls.MAX_BATCH_BYTES) {
      throw new Rejected(
          new PayloadTooLarge("batch with its context in each event", withContext, Calls.MAX_BATCH_BYTES));
    }
    var items = events.stream().map(body::item).toList();
    return new Batch(tenant, fields.text(Calls.WRITE_KEY), items, fields.faults());
  }

  private static Item item(int index, Element.Whole element) {
    var fields = new Fields(element.object());
    var item = new Item(index, messageId(element.object()), Optional.empty(), List.of());
    if (element.bytes() > Calls.MAX_EVENT_BYTES) {
      return item;
    }
    var type = type(fields);
    if (type.isEmpty()) {
      return item.refused(Calls.TYPE.name() + ": must be one of " + String.join(", ",
          Stream.of(EventType.values()).map(EventType::label).toList()));
    }
    var call = CallBody.read(type.get(), Optional.empty(), fields, Optional.empty());
    return fields.faults().isEmpty()
        ? new Item(index, item.messageId(), Optional.of(call), List.of())
        : new Item(index, item.messageId(), Optional.empty(), fields.faults());
  }

  private Item item(Part event) {
    var item = event.item();
    if (event.bytes() > 0 && event.bytes() + contextBytes > Calls.MAX_EVENT_BYTES) {
      return item.refused("event: " + (event.bytes() + contextBytes) + " bytes, limit is " + Calls.MAX_EVENT_BYTES);
    }
    return item.call().map(call -> whole(item, call)).orElse(item);
  }

  private Item whole(Item item, Call call) {
    if (call.context().isEmpty() || context.isEmpty()) {
      return item.with(call.within(call.context().or(() -> contextText), sentAt));
    }
    var own = JsonObject.parse(call.context().get()).members();
    var merged = new JsonBuilder();
    own.forEach((key, value) -> merged.add(key, value.raw()));
    int keys = own.size();
    for (var member : context.get().members().entrySet()) {
      if (!own.containsKey(member.getKey())) {
        merged.add(member.getKey(), member.getValue().raw());
        keys++;
      }
    }
    return keys > JsonObject.MAX_KEYS
        ? item
            .refused(Calls.CONTEXT.name() + ": has more than " + JsonObject.MAX_KEYS + " keys with those of the batch")
        : item.with(call.within(Optional.of(merged.end()), sentAt));
  }

  /** What a parser says of the body it says of an event here. */
  private static String ofEvent(String fault) {
    return fault.startsWith("body: ") ? "event: " + fault.substring("body: ".length()) : fault;
  }

  private static Optional<EventType> type(Fields fields) {
    return fields.string(Calls.TYPE).map(TYPES::get);
  }

  private static Optional<String> messageId(JsonObject event) {
    return event.get(Calls.MESSAGE_ID.name()).filter(value -> value.kind() == Kind.STRING).map(JsonValue::string)
        .filter(id -> Text.isPlain(id, Calls.MAX_ID_LENGTH));
  }
}
