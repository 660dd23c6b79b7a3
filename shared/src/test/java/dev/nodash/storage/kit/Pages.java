package dev.nodash.storage.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.storage.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Walks a reader from its first page to its last. */
final class Pages {
  private Pages() {}

  /** The rows of each page; every page must tell the same total, and that must be the number of rows. */
  static <T> List<List<T>> walk(Page<T> first, Function<String, Page<T>> after) {
    var pages = new ArrayList<List<T>>();
    var page = first;
    pages.add(page.rows());
    while (page.hasMore()) {
      page = after.apply(page.next().orElseThrow());
      assertThat(page.total()).isEqualTo(first.total());
      pages.add(page.rows());
    }
    assertThat(pages.stream().mapToLong(List::size).sum()).isEqualTo(first.total());
    return pages;
  }
}
