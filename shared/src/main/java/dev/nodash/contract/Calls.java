package dev.nodash.contract;

import dev.nodash.contract.Member.Open;
import dev.nodash.contract.Member.Time;
import dev.nodash.contract.Member.Words;
import dev.nodash.model.Event;
import dev.nodash.model.EventType;
import dev.nodash.model.UserId;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The members of each kind of call, and the bounds of them all. */
public final class Calls {
  /** Bytes of one event at most, after decompression. */
  public static final int MAX_EVENT_BYTES = 32 << 10;
  /** Bytes of a batch at most, after decompression, and with the context of the batch in each of its events. */
  public static final int MAX_BATCH_BYTES = 4 << 20;
  /** Events of a batch at most. */
  public static final int MAX_BATCH_EVENTS = 2500;
  /** Characters of an id at most. */
  public static final int MAX_ID_LENGTH = 255;

  public static final Words EVENT = new Words("event", Event.MAX_NAME_LENGTH,
      "What happened; not of white space alone.");
  public static final Words USER_ID = new Words("userId", UserId.MAX_LENGTH, "Your own name for the user.");
  public static final Words ANONYMOUS_ID = new Words("anonymousId", MAX_ID_LENGTH,
      "Who it is as long as nobody has signed in.");
  public static final Words SESSION_ID = new Words("sessionId", MAX_ID_LENGTH, "The visit that it is a part of.");
  public static final Words DEVICE_ID = new Words("deviceId", MAX_ID_LENGTH, "The device that it came from.");
  public static final Words NAME = new Words("name", 0, Event.MAX_NAME_LENGTH,
      "What was looked at; properties.name where it is absent or empty.");
  public static final Words CATEGORY = new Words("category", 0, Event.MAX_NAME_LENGTH,
      "The kind of what was looked at; properties.category where it is absent or empty.");
  public static final Words GROUP_ID = new Words("groupId", MAX_ID_LENGTH, "The group that the user belongs to.");
  public static final Words PREVIOUS_ID = new Words("previousId", MAX_ID_LENGTH, "The id that the user had before.");
  public static final Open PROPERTIES = new Open("properties", "What is worth knowing of the event.");
  public static final Open TRAITS = new Open("traits",
      "What is known of the user, merged key by key, the later wins; or of the group.");
  public static final Open CONTEXT = new Open("context", "Where it was sent from: a library, a page, a device.");
  public static final Time TIMESTAMP = new Time("timestamp",
      "When it happened; without it, when it was received. ISO 8601, or epoch milliseconds.");
  public static final Time ORIGINAL_TIMESTAMP = new Time("originalTimestamp", "Where timestamp is absent, the same.");
  public static final Time SENT_AT = new Time("sentAt",
      "When it was sent, by the clock that timestamp is by; tells how far that clock is off.");
  public static final Words MESSAGE_ID = new Words("messageId", MAX_ID_LENGTH,
      "Makes repetitions of the call one event. Its alternative is the header Idempotency-Key.");
  public static final Words WRITE_KEY = new Words("writeKey", MAX_ID_LENGTH,
      "The API key, for clients that cannot set a header.");

  private static final List<Member> BOTH = List.of(USER_ID, ANONYMOUS_ID, SESSION_ID, DEVICE_ID, CONTEXT, TIMESTAMP,
      ORIGINAL_TIMESTAMP, SENT_AT, MESSAGE_ID, WRITE_KEY);

  /** In a batch, of what type an event is. */
  public static final Words TYPE = new Words("type", MAX_ID_LENGTH,
      "Which call it is: " + Stream.of(EventType.values()).map(EventType::label).collect(Collectors.joining(", "))
          + ".");
  /** The member of a batch that has its events. */
  public static final String BATCH = "batch";

  private Calls() {}

  /** Whether such a call is about somebody, so that one of userId and anonymousId must be there. */
  public static boolean isOfSomebody(EventType type) {
    return type != EventType.TRACK && type != EventType.ALIAS;
  }

  /** The members that such a call must have. */
  public static List<Words> required(EventType type) {
    return switch (type) {
      case TRACK -> List.of(EVENT);
      case IDENTIFY, PAGE, SCREEN -> List.of();
      case GROUP -> List.of(GROUP_ID);
      case ALIAS -> List.of(USER_ID, PREVIOUS_ID);
    };
  }

  /** All that the body of such a call may have. */
  public static List<Member> members(EventType type) {
    var own = switch (type) {
      case TRACK -> List.of(EVENT, PROPERTIES);
      case IDENTIFY -> List.<Member>of(TRAITS);
      case PAGE, SCREEN -> List.of(NAME, CATEGORY, PROPERTIES);
      case GROUP -> List.of(GROUP_ID, TRAITS);
      case ALIAS -> List.<Member>of(PREVIOUS_ID);
    };
    return Stream.concat(own.stream(), BOTH.stream()).toList();
  }
}
