package dev.nodash.storage.flatfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.json.Bytes;
import dev.nodash.json.JsonBuilder;
import dev.nodash.json.JsonFault;
import dev.nodash.json.JsonObject;
import dev.nodash.json.JsonValue;
import dev.nodash.json.Timestamps;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.model.Trait;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * One user as a JSON object with a line for each trait, its value as it was sent:
 *
 * <pre>
 * {"user":{"id":"…","firstSeen":"2025-01-01T00:00:00.000Z","createdBy":"…"},"traits":[
 * {"key":"plan","time":"…","eventId":"…","value":"pro"},
 * {"key":"seats","time":"…","eventId":"…","value":3}
 * ]}
 * </pre>
 *
 * The user has a member {@code tenant} only where the tenant's folder is not named after it. It is read line by line, so
 * that the bounds of {@link JsonObject} hold for each value and not for the user's whole life.
 */
final class UserFile {
  private static final String HEAD = "{\"user\":";
  private static final String TRAITS = ",\"traits\":[";
  private static final String END = "]}";

  private UserFile() {}

  static void encode(Tenant tenant, User user, Bytes out) {
    out.put(HEAD);
    var head = new JsonBuilder(out);
    if (!Names.isPlain(tenant.id().value())) {
      head.add("tenant", tenant.id().value());
    }
    head.add("id", user.id().value()).add("firstSeen", user.firstSeen()).add("createdBy", user.createdBy().toString())
        .finish();
    out.put(TRAITS);
    var separator = "\n";
    for (var each : user.traits().entrySet()) {
      out.put(separator);
      var trait = each.getValue();
      new JsonBuilder(out).add("key", each.getKey()).add("time", trait.time())
          .add("eventId", trait.eventId().toString()).add("value", trait.value()).finish();
      separator = ",\n";
    }
    out.put('\n').put(END).put('\n');
  }

  /**
   * The user of a file.
   *
   * @throws IOException if it is damaged; the message quotes nothing of it
   */
  static User decode(byte[] bytes) throws IOException {
    var lines = new String(bytes, UTF_8).lines().toList();
    var last = lines.size() - 1;
    if (last < 1 || !lines.get(last).equals(END) || !lines.getFirst().startsWith(HEAD)
        || !lines.getFirst().endsWith(TRAITS)) {
      throw new IOException("the user's file has no head or no end");
    }
    try {
      var head = JsonObject
          .parse(lines.getFirst().substring(HEAD.length(), lines.getFirst().length() - TRAITS.length()));
      var traits = new TreeMap<String, Trait>();
      for (int i = 1; i < last; i++) {
        var line = lines.get(i);
        read(i == last - 1 ? line : line.substring(0, line.length() - 1), traits);
      }
      return new User(new UserId(string(head, "id")), instant(head, "firstSeen"),
          EventId.parse(string(head, "createdBy")), traits);
    } catch (JsonFault e) {
      throw new IOException("the user's file is damaged: " + e.getMessage());
    } catch (RuntimeException e) {
      throw new IOException("the user's file is damaged: a field is missing or wrong");
    }
  }

  private static void read(String line, Map<String, Trait> traits) {
    var json = JsonObject.parse(line);
    var value = json.members().get("value");
    if (value == null) {
      throw new IllegalArgumentException("no value");
    }
    traits.put(string(json, "key"),
        new Trait(value.raw(), instant(json, "time"), EventId.parse(string(json, "eventId"))));
  }

  private static Instant instant(JsonObject json, String name) {
    return Timestamps.parse(string(json, name)).orElseThrow();
  }

  private static String string(JsonObject json, String name) {
    return json.get(name).map(JsonValue::string).orElseThrow();
  }
}
