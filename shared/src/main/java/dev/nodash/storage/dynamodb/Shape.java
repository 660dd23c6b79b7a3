package dev.nodash.storage.dynamodb;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a table must be: its keys, all of them texts, the index that it is read by, and whether DynamoDB removes what has
 * expired.
 *
 * @param name after the prefix
 * @param expiring whether items go at the second that their attribute {@value #EXPIRES} says
 */
record Shape(String name, Key key, Optional<Key> index, boolean expiring) {
  static final String INDEX = "by_time";
  static final String EXPIRES = "expires";

  /**
   * The attributes of a primary key.
   *
   * @param sort absent where a key is one attribute
   */
  record Key(String partition, Optional<String> sort) {

    private JsonText schema() {
      return Item.array(Stream.concat(Stream.of(element(partition, "HASH")),
          sort.stream().map(name -> element(name, "RANGE"))).toList());
    }

    private static JsonText element(String name, String type) {
      return new JsonBuilder().add("AttributeName", name).add("KeyType", type).end();
    }

    private Stream<String> attributes() {
      return Stream.concat(Stream.of(partition), sort.stream());
    }

    private boolean isKeyOf(Object described) {
      var found = new ArrayList<String>();
      maps(described, "KeySchema").forEach(element -> found.add(String.valueOf(element.get("AttributeName"))));
      return found.equals(attributes().toList());
    }

    @Override
    public String toString() {
      return String.join(", ", attributes().toList());
    }
  }

  /** The request that makes it, paid by use. */
  JsonText creation(String table) {
    var attributes = new LinkedHashSet<>(key.attributes().toList());
    index.ifPresent(it -> attributes.addAll(it.attributes().toList()));
    var request = new JsonBuilder().add("TableName", table).add("BillingMode", "PAY_PER_REQUEST")
        .add("AttributeDefinitions",
            Item.array(attributes.stream()
                .map(name -> new JsonBuilder().add("AttributeName", name).add("AttributeType", "S").end()).toList()))
        .add("KeySchema", key.schema());
    index.ifPresent(it -> request.add("GlobalSecondaryIndexes",
        Item.array(List.of(new JsonBuilder().add("IndexName", INDEX).add("KeySchema", it.schema())
            .add("Projection", new JsonBuilder().add("ProjectionType", "ALL").end()).end()))));
    return request.end();
  }

  /** What a table that is described lacks, in words. */
  Set<String> lacks(Map<?, ?> table) {
    var lacks = new LinkedHashSet<String>();
    if (!key.isKeyOf(table)) {
      lacks.add("the key (" + key + ")");
    }
    index.filter(wanted -> maps(table, "GlobalSecondaryIndexes")
        .noneMatch(found -> INDEX.equals(found.get("IndexName")) && wanted.isKeyOf(found)
            && Map.of("ProjectionType", "ALL").equals(found.get("Projection"))))
        .ifPresent(wanted -> lacks.add("the index " + INDEX + " (" + wanted + ") of all attributes"));
    return lacks;
  }

  private static Stream<Map<?, ?>> maps(Object described, String member) {
    return ((Map<?, ?>) described).get(member) instanceof List<?> list
        ? list.stream().<Map<?, ?>>map(it -> (Map<?, ?>) it)
        : Stream.empty();
  }
}
