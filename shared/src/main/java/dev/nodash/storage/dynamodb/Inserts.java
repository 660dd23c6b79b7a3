package dev.nodash.storage.dynamodb;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.JsonText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts items into a table where there are none with their keys, {@value #AT_ONCE} a call. A statement of PartiQL each:
 * unlike the requests of BatchWriteItem, it leaves alone what is there, and says so.
 */
final class Inserts {
  /** As many as BatchExecuteStatement takes. */
  private static final int AT_ONCE = 25;
  private static final String DUPLICATE = "DuplicateItem";

  private final DynamoDbDatabase database;
  private final String table;
  private final Tries tries;

  Inserts(DynamoDbDatabase database, Shape shape) {
    this.database = database;
    this.table = database.table(shape);
    this.tries = database.tries();
  }

  /**
   * Inserts all that it can.
   *
   * @param items with keys that differ
   * @return the places in the list of those whose keys were there
   * @throws dev.nodash.storage.StoreException if some could not be inserted; others of the list may have been
   */
  Set<Integer> run(List<Item> items) {
    var there = new HashSet<Integer>();
    var left = new ArrayList<Integer>();
    for (int i = 0; i < items.size(); i++) {
      left.add(i);
    }
    while (!left.isEmpty()) {
      var some = List.copyOf(left.subList(0, Math.min(AT_ONCE, left.size())));
      var throttled = send(items, some, there, left.size() < items.size());
      left.removeAll(some);
      left.addAll(0, throttled.keySet());
      if (!throttled.isEmpty() && !tries.again(throttled.values())) {
        var fault = throttled.values().iterator().next();
        throw fault.told(tries.isCertain() && left.size() == items.size());
      }
    }
    return there;
  }

  /** Sends one call; answers those to send again. */
  private Map<Integer, Fault> send(List<Item> items, List<Integer> some, Set<Integer> there, boolean begun) {
    var statements = some.stream().map(i -> statement(items.get(i))).toList();
    var answer = answered(new JsonBuilder().add("Statements", Item.array(statements)).end(), begun);
    var again = new LinkedHashMap<Integer, Fault>();
    for (int i = 0; i < some.size(); i++) {
      var error = DynamoDbDatabase.object((Map<?, ?>) answer.get(i), "Error");
      var code = DynamoDbDatabase.text(error, "Code");
      if (code == null) {
        continue;
      }
      if (code.equals(DUPLICATE)) {
        there.add(some.get(i));
        continue;
      }
      var fault = Fault.answered("BatchExecuteStatement", code, 200, Optional.empty());
      if (!fault.isPassing()) {
        throw fault.told(tries.isCertain() && items.size() == 1);
      }
      again.put(some.get(i), fault);
    }
    return again;
  }

  private List<?> answered(JsonText request, boolean begun) {
    try {
      return database.call("BatchExecuteStatement", request, tries).get("Responses") instanceof List<?> responses
          ? responses
          : List.of();
    } catch (Fault e) {
      throw e.told(tries.isCertain() && e.isCertain() && !begun);
    }
  }

  private JsonText statement(Item item) {
    var names = item.names().stream().map(name -> "'" + name + "':?")
        .collect(Collectors.joining(", "));
    return new JsonBuilder().add("Statement", "INSERT INTO \"" + table + "\" VALUE {" + names + "}")
        .add("Parameters", item.values()).end();
  }
}
