package dev.nodash.storage;

import dev.nodash.model.Event;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import java.time.Instant;
import java.util.Optional;

/** Reads a tenant's events in the order of (timestamp, event id). */
public interface EventReader {

  /**
   * One page of the events that match.
   *
   * @throws IllegalArgumentException if the cursor is not one of this reader's
   * @throws StoreUnavailable if the store cannot be read
   */
  Page<Event> events(Tenant tenant, Query query);

  /**
   * What to read; an absent filter matches all.
   *
   * @param from first moment of the events' timestamp, inclusive
   * @param to last moment of the events' timestamp, exclusive
   * @param limit rows a page, 1 to {@value Page#MAX_LIMIT}
   * @param cursor where the page before ended, from {@link Page#next()}
   */
  record Query(Optional<UserId> user, Optional<String> event, Optional<Instant> from, Optional<Instant> to, int limit,
      Optional<String> cursor) {

    public Query {
      Page.checkLimit(limit);
    }

    public static Query all() {
      return new Query(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Page.MAX_LIMIT,
          Optional.empty());
    }

    /** Whether the filters, taken together, let the event through. */
    boolean matches(Event row) {
      var timestamp = row.time().timestamp();
      return (user.isEmpty() || user.equals(row.actor().userId()))
          && event.map(row.name()::equals).orElse(true)
          && from.map(first -> !timestamp.isBefore(first)).orElse(true)
          && to.map(timestamp::isBefore).orElse(true);
    }

    public Query limit(int rows) {
      return new Query(user, event, from, to, rows, cursor);
    }

    public Query after(String cursor) {
      return new Query(user, event, from, to, limit, Optional.of(cursor));
    }
  }
}
