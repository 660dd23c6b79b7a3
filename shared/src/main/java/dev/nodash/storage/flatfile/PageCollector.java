package dev.nodash.storage.flatfile;

import dev.nodash.storage.Page;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;

/** Picks one page out of rows that come in any order: it holds a page of them, not all. */
final class PageCollector<T, K extends Comparable<? super K>> {
  private final Function<T, K> key;
  private final Optional<K> after;
  private final int limit;
  private final PriorityQueue<T> nearest;
  private long total;

  PageCollector(Function<T, K> key, Optional<K> after, int limit) {
    this.key = key;
    this.after = after;
    this.limit = limit;
    this.nearest = new PriorityQueue<>(Comparator.comparing(key).reversed());
  }

  void add(T row) {
    total++;
    if (after.isEmpty() || key.apply(row).compareTo(after.get()) > 0) {
      nearest.add(row);
      if (nearest.size() > limit + 1) {
        nearest.poll();
      }
    }
  }

  Page<T> page(Function<T, String> cursor) {
    var rows = new ArrayList<>(nearest);
    rows.sort(Comparator.comparing(key));
    var more = rows.size() > limit;
    return Page.of(more ? rows.subList(0, limit) : rows, total, more, cursor);
  }
}
