package dev.nodash.storage.dynamodb;

import dev.nodash.model.EventId;
import dev.nodash.model.JsonText;
import dev.nodash.model.Tenant;
import dev.nodash.model.Trait;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import java.util.HashMap;

/** The attributes of a user, as {@link DynamoDbUserStore} lists them. */
final class UserItem {
  static final String VERSION = "version";

  private UserItem() {}

  static Item key(Tenant tenant, UserId id) {
    return new Item().text("shard", Shards.of(tenant, id)).text("userId", id.value());
  }

  static Item of(Tenant tenant, User user, long version) {
    var traits = user.traits().entrySet().stream()
        .map(trait -> new Item().text("key", trait.getKey()).text("value", trait.getValue().value().value())
            .text("time", EventItem.at(trait.getValue().time())).text("event", trait.getValue().eventId().toString()))
        .toList();
    return key(tenant, user.id()).text("firstSeen", EventItem.at(user.firstSeen()))
        .text("createdBy", user.createdBy().toString()).list("traits", traits).number(VERSION, version);
  }

  static User user(Item item) {
    var traits = new HashMap<String, Trait>();
    for (var trait : item.list("traits")) {
      traits.put(trait.text("key"), new Trait(new JsonText(trait.text("value")), EventItem.instant(trait.text("time")),
          EventId.parse(trait.text("event"))));
    }
    return new User(new UserId(item.text("userId")), EventItem.instant(item.text("firstSeen")),
        EventId.parse(item.text("createdBy")), traits);
  }

  static long version(Item item) {
    return item.numberIf(VERSION).orElse(0L);
  }
}
