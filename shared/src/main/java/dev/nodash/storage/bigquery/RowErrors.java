package dev.nodash.storage.bigquery;

import dev.nodash.storage.BulkEventStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What insertAll says about single rows: {@code {"insertErrors":[{"index":0,"errors":[{"reason","location",…}]}]}}. */
record RowErrors(List<RowError> errors) {

  /** An error of a row; where it has several, there are several of these. */
  private record RowError(BulkEventStore.Key key, String reason, String location) {}

  static RowErrors of(Map<String, Object> answer, List<BulkEventStore.Key> rows) throws Fault {
    var found = new ArrayList<RowError>();
    if (answer.get("insertErrors") instanceof List<?> list) {
      for (var entry : list) {
        var row = entry instanceof Map<?, ?> map ? map : Map.of();
        // The first row's index may be left out, as the default of a number.
        var index = row.get("index") instanceof Number number ? number.intValue() : 0;
        if (index < 0 || index >= rows.size()) {
          throw Fault.unanswered("insertAll", false, new IllegalStateException("there is no row " + index));
        }
        add(found, rows.get(index), row.get("errors"));
      }
    }
    return new RowErrors(found);
  }

  private static void add(List<RowError> found, BulkEventStore.Key key, @Nullable Object errors) {
    var all = errors instanceof List<?> list && !list.isEmpty() ? list : List.of(Map.of());
    for (var error : all) {
      var map = error instanceof Map<?, ?> members ? members : Map.of();
      found.add(new RowError(key, text(map, "reason"), text(map, "location")));
    }
  }

  private static String text(Map<?, ?> members, String name) {
    return members.get(name) instanceof String text ? text : "";
  }

  /** The rows that were not inserted. */
  Set<BulkEventStore.Key> all() {
    return errors.stream().map(RowError::key).collect(Collectors.toSet());
  }

  /** The rows that have an error for a reason. */
  Set<BulkEventStore.Key> of(String reason) {
    var keys = new HashSet<BulkEventStore.Key>();
    errors.stream().filter(error -> error.reason().equals(reason)).forEach(error -> keys.add(error.key()));
    return keys;
  }

  /** Where the rows are at fault, without their values. */
  String words(String reason) {
    var locations = errors.stream().filter(error -> error.reason().equals(reason)).map(RowError::location)
        .filter(location -> !location.isEmpty()).distinct().sorted().collect(Collectors.joining(", "));
    return locations.isEmpty() ? reason : reason + " in " + locations;
  }
}
