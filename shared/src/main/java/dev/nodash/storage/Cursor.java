package dev.nodash.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.UserId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;

/**
 * The text form of the place a page ended at, for readers that can start after a row: {@code e.} and the base64url of
 * {@code <timestamp> <event id>}, or {@code u.} and the base64url of the user id.
 *
 * <p>A cursor is not secret and grants nothing: the reader asks for the tenant again.
 */
public final class Cursor {
  private static final String EVENT = "e.";
  private static final String USER = "u.";

  private Cursor() {}

  /** Where an event stands in a reader's order. */
  public record Position(Instant timestamp, EventId id) implements Comparable<Position> {
    private static final Comparator<Position> ORDER = Comparator.comparing(Position::timestamp)
        .thenComparing(Position::id);

    public static Position of(Event event) {
      return new Position(event.time().timestamp(), event.id());
    }

    @Override
    public int compareTo(Position other) {
      return ORDER.compare(this, other);
    }
  }

  public static String of(Position position) {
    return EVENT + encode(position.timestamp() + " " + position.id());
  }

  public static String of(UserId user) {
    return USER + encode(user.value());
  }

  /**
   * Where a page of events ended.
   *
   * @throws IllegalArgumentException if it is not a cursor of events
   */
  public static Position position(String cursor) {
    var text = decode(EVENT, cursor);
    var space = text.indexOf(' ');
    if (space < 0) {
      throw foreign();
    }
    try {
      return new Position(Instant.parse(text.substring(0, space)), EventId.parse(text.substring(space + 1)));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new IllegalArgumentException(foreign().getMessage(), e);
    }
  }

  /**
   * Which user a page of users ended with.
   *
   * @throws IllegalArgumentException if it is not a cursor of users
   */
  public static UserId user(String cursor) {
    return new UserId(decode(USER, cursor));
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static String decode(String kind, String cursor) {
    if (!cursor.startsWith(kind)) {
      throw foreign();
    }
    return new String(Base64.getUrlDecoder().decode(cursor.substring(kind.length())), UTF_8);
  }

  private static IllegalArgumentException foreign() {
    return new IllegalArgumentException("cursor: not one that this reader gave");
  }
}
