package dev.nodash.runner;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes values from a schema, right ones and wrong ones, at its bounds and beyond them; the same for the same seed. */
final class GeneratedCalls {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> ALPHABETS = List.of("abcXYZ019-_.", "äßçñ漢字かな", "😀🎉👩", "<>\"'\\/&%;=",
      " \u00a0\u2003",
      "\u0000\u0007\n\u009f", "a");
  private static final int DEEPEST = 4;
  /** One in so many members is wrong. */
  private static final int WRONG = 40;

  private final Random random;

  GeneratedCalls(long seed) {
    this.random = new Random(seed);
  }

  Random random() {
    return random;
  }

  <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  boolean in(int times) {
    return random.nextInt(times) == 0;
  }

  /** A body with some of the members of the schema, and now and then with others. */
  ObjectNode body(JsonNode schema) {
    var body = NODES.objectNode();
    schema.path("properties").properties().forEach(member -> {
      boolean required = schema.path("required").valueStream().anyMatch(it -> it.stringValue().equals(member.getKey()));
      if (required ? !in(WRONG) : in(2)) {
        body.set(member.getKey(), in(WRONG) ? anything(0) : value(member.getValue()));
      }
    });
    if (in(4)) {
      body.set(text(1, 20), anything(0));
    }
    return body;
  }

  private JsonNode value(JsonNode schema) {
    if (schema.has("anyOf")) {
      return value(schema.path("anyOf").get(random.nextInt(schema.path("anyOf").size())));
    }
    var types = schema.path("type").isArray()
        ? schema.path("type").valueStream().map(JsonNode::stringValue).toList()
        : List.of(schema.path("type").stringValue("string"));
    return switch (one(types)) {
      case "null" -> NODES.nullNode();
      case "object" -> in(WRONG) ? wide(schema.path("maxProperties").intValue() + random.nextInt(2)) : object(0);
      case "array" -> in(10) ? NODES.arrayNode().add(anything(1)) : NODES.arrayNode();
      case "integer" -> NODES.numberNode(in(WRONG)
          ? schema.path("maximum").longValue() + random.nextInt(2)
          : random.nextLong(4_000_000_000_000L) - 1_000_000_000_000L);
      default -> NODES.stringNode(switch (schema.path("format").stringValue("")) {
        case "date-time" -> time();
        case "date" -> time().substring(0, 10);
        default -> words(schema);
      });
    };
  }

  private String words(JsonNode schema) {
    int max = schema.path("maxLength").intValue(20);
    int length = switch (random.nextInt(WRONG)) {
      case 0 -> 0;
      case 1 -> max;
      case 2 -> max + 1;
      default -> 1 + random.nextInt(30);
    };
    return text(length, length);
  }

  private String text(int least, int most) {
    // Control characters and white space alone are wrong in most places, so they are rare.
    var alphabet = in(10) ? one(ALPHABETS) : ALPHABETS.getFirst();
    int length = least + (most > least ? random.nextInt(most - least) : 0);
    var out = new StringBuilder();
    var letters = alphabet.codePoints().toArray();
    for (int i = 0; i < length; i++) {
      out.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return out.toString();
  }

  private String time() {
    var at = Instant.ofEpochSecond(random.nextLong(4_000_000_000L)).toString();
    return switch (random.nextInt(8)) {
      case 0 -> at.replace("Z", "+05:30");
      case 1 -> at.replace("Z", ".123456Z");
      case 2 -> in(4) ? "not so long ago" : at.replace("Z", "-11:00");
      default -> at;
    };
  }

  private static ObjectNode wide(int members) {
    var object = NODES.objectNode();
    for (int i = 0; i < members; i++) {
      object.put("k" + i, i);
    }
    return object;
  }

  private ObjectNode object(int depth) {
    var object = NODES.objectNode();
    for (int members = random.nextInt(5); members > 0; members--) {
      object.set(text(0, 12), anything(depth + 1));
    }
    return object;
  }

  /** Any value of JSON. */
  JsonNode anything(int depth) {
    return switch (random.nextInt(depth < DEEPEST ? 8 : 6)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(in(2));
      case 2 -> NODES.numberNode(random.nextLong());
      case 3 -> NODES.numberNode(random.nextGaussian() * 1e10);
      case 4 -> NODES.stringNode(text(0, 40));
      case 5 -> NODES.stringNode(time());
      case 6 -> object(depth);
      default -> NODES.arrayNode().add(anything(depth + 1)).add(anything(depth + 1));
    };
  }
}
