package dev.nodash.storage.dynamodb;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.JsonText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Attributes by name. In JSON a value is an object that names its type: {@code {"S":"text"}}, {@code {"N":"1"}},
 * {@code {"L":[…]}}, {@code {"M":{…}}}.
 */
final class Item {
  private static final String TEXT = "S";
  private static final String NUMBER = "N";
  private static final String LIST = "L";
  private static final String MAP = "M";

  private final Map<String, Object> attributes;

  Item() {
    this(new LinkedHashMap<>());
  }

  private Item(Map<String, Object> attributes) {
    this.attributes = attributes;
  }

  /** The item of an answer. */
  @SuppressWarnings("unchecked") // an object of JSON
  static Item of(Object parsed) {
    return new Item((Map<String, Object>) parsed);
  }

  Item text(String name, String value) {
    attributes.put(name, Map.of(TEXT, value));
    return this;
  }

  /** The attribute where there is a value. */
  Item text(String name, Optional<?> value) {
    value.ifPresent(present -> text(name, present.toString()));
    return this;
  }

  Item number(String name, long value) {
    attributes.put(name, Map.of(NUMBER, Long.toString(value)));
    return this;
  }

  Item number(String name, Optional<Long> value) {
    value.ifPresent(present -> number(name, present));
    return this;
  }

  Item list(String name, List<Item> items) {
    attributes.put(name, Map.of(LIST, items.stream().map(item -> Map.of(MAP, item.attributes)).toList()));
    return this;
  }

  String text(String name) {
    return textIf(name).orElseThrow(() -> new IllegalStateException("an item has no attribute " + name));
  }

  Optional<String> textIf(String name) {
    return value(name, TEXT).map(String.class::cast);
  }

  Optional<Long> numberIf(String name) {
    return value(name, NUMBER).map(text -> Long.parseLong((String) text));
  }

  List<Item> list(String name) {
    return value(name, LIST).map(list -> (List<?>) list).orElseGet(List::of).stream()
        .map(entry -> of(Objects.requireNonNull(((Map<?, ?>) entry).get(MAP)))).toList();
  }

  private Optional<Object> value(String name, String type) {
    return Optional.ofNullable(attributes.get(name)).map(value -> ((Map<?, ?>) value).get(type));
  }

  /** As expressions name them. */
  Set<String> names() {
    return attributes.keySet();
  }

  /** The values alone, as a list of JSON. */
  JsonText values() {
    return json(List.copyOf(attributes.values()));
  }

  JsonText json() {
    return json(attributes);
  }

  private static JsonText json(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var json = new JsonBuilder();
        map.forEach((name, member) -> {
          if (member instanceof String text) {
            json.add((String) name, text);
          } else {
            json.add((String) name, json(member));
          }
        });
        yield json.end();
      }
      case List<?> list -> array(list.stream().map(Item::json).toList());
      default -> throw new IllegalArgumentException("neither an object nor a list: " + value.getClass());
    };
  }

  static JsonText array(List<JsonText> values) {
    return JsonBuilder.array(values.stream().map(JsonText::value));
  }
}
