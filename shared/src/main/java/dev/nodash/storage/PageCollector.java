package dev.nodash.storage;

import dev.nodash.model.Event;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Picks one page out of rows that come in any order, for readers that have to look at all of them: it holds a page of
 * rows, not all.
 */
public final class PageCollector<T> {
  private final Predicate<T> filter;
  private final Predicate<T> isAfter;
  private final Comparator<T> order;
  private final Function<T, String> cursor;
  private final int limit;
  private final PriorityQueue<T> nearest;
  private long total;

  private <K extends Comparable<? super K>> PageCollector(Predicate<T> filter, Function<T, K> key,
      Function<K, String> cursor, Optional<K> after, int limit) {
    this.filter = filter;
    this.isAfter = row -> after.isEmpty() || key.apply(row).compareTo(after.get()) > 0;
    this.order = Comparator.comparing(key);
    this.cursor = key.andThen(cursor);
    this.limit = limit;
    this.nearest = new PriorityQueue<>(order.reversed());
  }

  /**
   * A page of events.
   *
   * @throws IllegalArgumentException if the cursor is not one of events
   */
  public static PageCollector<Event> of(EventReader.Query query) {
    return new PageCollector<>(query::matches, Cursor.Position::of, Cursor::of, query.cursor().map(Cursor::position),
        query.limit());
  }

  /**
   * A page of users.
   *
   * @throws IllegalArgumentException if the cursor is not one of users
   */
  public static PageCollector<User> of(UserReader.Query query) {
    return new PageCollector<>(query::matches, user -> user.id().value(), id -> Cursor.of(new UserId(id)),
        query.cursor().map(Cursor::user).map(UserId::value), query.limit());
  }

  /** Looks at a row; one that does not match is passed over. */
  public void add(T row) {
    if (!filter.test(row)) {
      return;
    }
    total++;
    if (isAfter.test(row)) {
      nearest.add(row);
      if (nearest.size() > limit + 1) {
        nearest.poll();
      }
    }
  }

  /** The page of the rows seen. */
  public Page<T> page() {
    var rows = new ArrayList<>(nearest);
    rows.sort(order);
    var more = rows.size() > limit;
    return Page.of(more ? rows.subList(0, limit) : rows, total, more, cursor);
  }
}
