package dev.nodash.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads environment variables by name and gathers every fault instead of stopping at the first. An empty value counts as
 * absent, which is what a deployment template passes for what is not set.
 */
final class Variables {
  private final Map<String, String> values;
  private final List<String> faults = new ArrayList<>();
  private final Set<String> asked = new TreeSet<>();

  Variables(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  List<String> faults() {
    return List.copyOf(faults);
  }

  /** Every name that was asked for, whether it is set or not. */
  Set<String> asked() {
    return Set.copyOf(asked);
  }

  void fault(String name, String fault) {
    faults.add(name + ": " + fault);
  }

  /** What is set under names that begin so. */
  Map<String, String> startingWith(String prefix) {
    return values.entrySet().stream().filter(it -> it.getKey().startsWith(prefix) && !it.getValue().isBlank())
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, it -> it.getValue().strip()));
  }

  Optional<String> text(String name) {
    asked.add(name);
    return Optional.ofNullable(values.get(name)).map(String::strip).filter(text -> !text.isEmpty());
  }

  /**
   * A secret: the variable itself, or the content of the file that {@code NAME_FILE} names. What {@code NAME_ARN} names has
   * been put in its place by {@link NamedSecrets} where it can be read.
   */
  Optional<String> secret(String name) {
    if (text(name + NamedSecrets.ARN).isPresent()) {
      fault(name + NamedSecrets.ARN, "is read on Lambda only; set " + name + " or " + name + "_FILE");
    }
    return secretOfOurs(name);
  }

  /** The same of a secret that AWS never keeps. */
  Optional<String> secretOfOurs(String name) {
    var file = text(name + "_FILE");
    var value = text(name);
    if (file.isEmpty()) {
      return value;
    }
    if (value.isPresent()) {
      fault(name, "is set, and so is " + name + "_FILE; set one of them");
      return value;
    }
    try {
      return Optional.of(Files.readString(Path.of(file.get())).strip()).filter(text -> !text.isEmpty());
    } catch (IOException | IllegalArgumentException e) {
      fault(name + "_FILE", "the file cannot be read");
      return Optional.empty();
    }
  }

  int number(String name, int min, int max, int otherwise) {
    var text = text(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message for both.
    }
    fault(name, "'" + shown(text.get()) + "' is not a whole number from " + min + " to " + max);
    return otherwise;
  }

  boolean flag(String name) {
    var text = text(name).map(it -> it.toLowerCase(Locale.ROOT));
    if (text.isPresent() && !List.of("true", "false").contains(text.get())) {
      fault(name, "'" + shown(text.get()) + "' is neither true nor false");
    }
    return text.filter("true"::equals).isPresent();
  }

  /** One of an enum's constants, written in lower case. */
  <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
    var text = text(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    var constants = Arrays.asList(type.getEnumConstants());
    return constants.stream().filter(constant -> constant.name().equalsIgnoreCase(text.get())).findFirst()
        .orElseGet(() -> {
          var valid = constants.stream().map(constant -> constant.name().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
          fault(name, "'" + shown(text.get()) + "' is not one of: " + valid);
          return otherwise;
        });
  }

  /** A list with commas between its entries. */
  List<String> list(String name) {
    return text(name).map(Variables::split).orElse(List.of());
  }

  static List<String> split(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).filter(entry -> !entry.isEmpty()).toList();
  }

  private static String shown(String value) {
    return value.length() <= 40 ? value : value.substring(0, 40) + "…";
  }
}
