package dev.nodash.storage;

import dev.nodash.model.Tenant;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import java.time.Instant;
import java.util.Optional;

/** Reads a tenant's users in the order of their ids. */
public interface UserReader {

  /**
   * One page of the users that match.
   *
   * @throws IllegalArgumentException if the cursor is not one of this reader's
   * @throws StoreUnavailable if the store cannot be read
   */
  Page<User> users(Tenant tenant, Query query);

  /**
   * What to read; an absent filter matches all.
   *
   * @param from first moment of the users' first-seen time, inclusive
   * @param to last moment of the users' first-seen time, exclusive
   * @param limit rows a page, 1 to {@value Page#MAX_LIMIT}
   * @param cursor where the page before ended, from {@link Page#next()}
   */
  record Query(Optional<UserId> user, Optional<Instant> from, Optional<Instant> to, int limit,
      Optional<String> cursor) {

    public Query {
      Page.checkLimit(limit);
    }

    public static Query all() {
      return new Query(Optional.empty(), Optional.empty(), Optional.empty(), Page.MAX_LIMIT, Optional.empty());
    }

    public static Query one(UserId user) {
      return new Query(Optional.of(user), Optional.empty(), Optional.empty(), 1, Optional.empty());
    }

    /** Whether the filters, taken together, let the user through. */
    boolean matches(User row) {
      return user.map(row.id()::equals).orElse(true)
          && from.map(first -> !row.firstSeen().isBefore(first)).orElse(true)
          && to.map(row.firstSeen()::isBefore).orElse(true);
    }

    public Query limit(int rows) {
      return new Query(user, from, to, rows, cursor);
    }

    public Query after(String cursor) {
      return new Query(user, from, to, limit, Optional.of(cursor));
    }
  }
}
