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
import java.util.stream.IntStream;
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
   * Reads them.
   *
   * @param batch what stands beside the events
   * @param bytes of all of it
   */
  static Batch read(Optional<TenantId> tenant, JsonObject batch, List<Element> events, long bytes) {
    var fields = new Fields(batch);
    var body = new BatchBody(fields);
    var withContext = bytes + body.contextBytes * events.size();
    if (withContext > Calls.MAX_BATCH_BYTES) {
      throw new Rejected(
          new PayloadTooLarge("batch with its context in each event", withContext, Calls.MAX_BATCH_BYTES));
    }
    var items = IntStream.range(0, events.size()).mapToObj(i -> body.item(i, events.get(i))).toList();
    return new Batch(tenant, fields.text(Calls.WRITE_KEY), items, fields.faults());
  }

  private Item item(int index, Element element) {
    return switch (element) {
      case Element.Faulty it -> new Item(index, Optional.empty(), Optional.empty(), List.of(ofEvent(it.fault())));
      case Element.Whole it -> item(index, it.object(), it.bytes() + contextBytes);
    };
  }

  private Item item(int index, JsonObject event, long bytes) {
    var fields = new Fields(event);
    var item = new Item(index, messageId(event), Optional.empty(), List.of());
    if (bytes > Calls.MAX_EVENT_BYTES) {
      return item.refused("event: " + bytes + " bytes, limit is " + Calls.MAX_EVENT_BYTES);
    }
    var type = type(fields);
    if (type.isEmpty()) {
      return item.refused(Calls.TYPE.name() + ": must be one of " + String.join(", ",
          Stream.of(EventType.values()).map(EventType::label).toList()));
    }
    var call = CallBody.read(type.get(), Optional.empty(), fields, Optional.empty());
    return fields.faults().isEmpty()
        ? new Item(index, item.messageId(), Optional.of(call.within(merged(call.context()), sentAt)), List.of())
        : new Item(index, item.messageId(), Optional.empty(), fields.faults());
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

  /** The event's own context, and of the batch's what it does not say itself. */
  private Optional<JsonText> merged(Optional<JsonText> own) {
    if (own.isEmpty() || context.isEmpty()) {
      return own.or(() -> contextText);
    }
    var mine = JsonObject.parse(own.get()).members();
    var merged = new JsonBuilder();
    mine.forEach((key, value) -> merged.add(key, value.raw()));
    context.get().members().forEach((key, value) -> {
      if (!mine.containsKey(key)) {
        merged.add(key, value.raw());
      }
    });
    return Optional.of(merged.end());
  }
}
