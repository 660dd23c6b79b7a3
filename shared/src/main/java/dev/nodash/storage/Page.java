package dev.nodash.storage;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One page of a reader's answer.
 *
 * @param total how many rows match on all pages together
 * @param next the cursor of the next page, absent on the last
 */
public record Page<T>(List<T> rows, long total, Optional<String> next) {
  public static final int MAX_LIMIT = 1000;

  public Page {
    rows = List.copyOf(rows);
  }

  /** A page that ends at its last row; {@code more} says whether another follows. */
  public static <T> Page<T> of(List<T> rows, long total, boolean more, Function<? super T, String> cursor) {
    return new Page<>(rows, total, more ? Optional.of(cursor.apply(rows.getLast())) : Optional.empty());
  }

  public boolean hasMore() {
    return next.isPresent();
  }

  static void checkLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit: " + limit + ", must be 1 to " + MAX_LIMIT);
    }
  }
}
