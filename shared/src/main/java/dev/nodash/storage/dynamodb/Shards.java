package dev.nodash.storage.dynamodb;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.EventId;
import dev.nodash.model.JsonText;
import dev.nodash.model.Sha256;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What belongs to a tenant is spread over {@value #COUNT} partition keys, {@code <tenant>#0} and so on, by what is random in
 * an id: one key takes 1,000 writes of a kilobyte a second, however many a table takes. A reader reads all of them.
 */
final class Shards {
  static final int COUNT = 16;

  private Shards() {}

  static String of(Tenant tenant, EventId id) {
    return of(tenant, (int) (id.value().getLeastSignificantBits() & (COUNT - 1)));
  }

  static String of(Tenant tenant, UserId id) {
    return of(tenant, Sha256.of(id.value())[0] & (COUNT - 1));
  }

  private static String of(Tenant tenant, int number) {
    return tenant + "#" + number;
  }

  /** Queries every shard of the tenant in the table, page by page. */
  static void query(DynamoDbDatabase database, Shape shape, Tenant tenant, Consumer<Item> row) {
    query(database, tenant, row, values -> new JsonBuilder().add("TableName", database.table(shape))
        .add("KeyConditionExpression", "#shard = :shard")
        .add("ExpressionAttributeNames", new JsonBuilder().add("#shard", "shard").end())
        .add("ExpressionAttributeValues", values.json()));
  }

  /** Queries every shard of the tenant in the index by time, both ends included, page by page. */
  static void query(DynamoDbDatabase database, Shape shape, Tenant tenant, String from, String to, Consumer<Item> row) {
    query(database, tenant, row, values -> new JsonBuilder().add("TableName", database.table(shape))
        .add("IndexName", Shape.INDEX).add("KeyConditionExpression", "#shard = :shard AND #at BETWEEN :from AND :to")
        .add("ExpressionAttributeNames", new JsonBuilder().add("#shard", "shard").add("#at", "at").end())
        .add("ExpressionAttributeValues", values.text(":from", from).text(":to", to).json()));
  }

  private static void query(DynamoDbDatabase database, Tenant tenant, Consumer<Item> row,
      Function<Item, JsonBuilder> request) {
    for (int number = 0; number < COUNT; number++) {
      var last = Optional.<JsonText>empty();
      do {
        var values = new Item().text(":shard", of(tenant, number));
        var answer = database.read("Query", request.apply(values).add("ExclusiveStartKey", last).end());
        if (answer.get("Items") instanceof List<?> items) {
          items.forEach(item -> row.accept(Item.of(item)));
        }
        last = Optional.ofNullable(answer.get("LastEvaluatedKey")).map(key -> Item.of(key).json());
      } while (last.isPresent());
    }
  }
}
