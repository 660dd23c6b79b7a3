package dev.nodash.storage.kit;

import java.util.function.Predicate;
import java.util.function.Supplier;

/** What becomes of a second process where a backend is for one alone. */
final class Second {
  private Second() {}

  /** Whether it is refused at its start, or starts and knows nothing of what the first one was told. */
  static <T> boolean isApart(Supplier<T> start, Predicate<T> knows) {
    T second;
    try {
      second = start.get();
    } catch (IllegalStateException e) {
      return true;
    }
    return !knows.test(second);
  }
}
