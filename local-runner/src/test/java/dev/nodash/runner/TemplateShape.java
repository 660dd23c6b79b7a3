package dev.nodash.runner;

import static dev.nodash.runner.TemplateFile.map;

import dev.nodash.runner.TemplateFile.Intrinsic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds properties that a resource does not have, by the list in template-properties.txt: per line a type, or a type and the
 * path of an object in it, and the names it may have; {@code *} stands for any.
 */
final class TemplateShape {
  private static final Set<String> SECTIONS = Set.of("AWSTemplateFormatVersion", "Transform", "Description",
      "Parameters",
      "Rules", "Conditions", "Globals", "Resources", "Outputs");
  private static final Set<String> RESOURCE = Set.of("Type", "Condition", "Properties", "DependsOn", "DeletionPolicy",
      "UpdateReplacePolicy");

  private final Map<String, Set<String>> known = new HashMap<>();
  private final List<String> faults = new ArrayList<>();

  private TemplateShape() {
    try (var in = Objects.requireNonNull(TemplateShape.class.getResourceAsStream("template-properties.txt"))) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(it -> !it.isBlank() && !it.startsWith("#"))
          .map(it -> it.split("\\s+", -1))
          .forEach(it -> known.put(it[0], new HashSet<>(Arrays.asList(it).subList(1, it.length))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every fault in words. */
  static List<String> faults(Map<?, ?> template) {
    var shape = new TemplateShape();
    shape.names("the template", template, SECTIONS);
    map(template, "Parameters").forEach((name, it) -> shape.object("Parameters/" + name, "Parameter", it));
    map(template, "Globals").forEach((name, it) -> shape.object("Globals/" + name, "AWS::Serverless::" + name, it));
    map(template, "Resources").forEach((name, it) -> {
      shape.names("Resources/" + name, map(it), RESOURCE);
      shape.object("Resources/" + name, Objects.toString(map(it).get("Type")), map(it).get("Properties"));
    });
    map(template, "Outputs").forEach((name, it) -> shape.object("Outputs/" + name, "Output", it));
    return shape.faults;
  }

  private void object(String where, String type, @Nullable Object value) {
    switch (value) {
      case null -> faults.add(where + ": is empty");
      case List<?> all -> all.forEach(it -> object(where, type, it));
      case Intrinsic(var tag, List<?> branches) when tag.equals("!If") ->
        branches.stream().skip(1).forEach(it -> object(where, type, it));
      case Map<?, ?> members -> {
        var names = known.get(type);
        if (names == null) {
          faults.add(where + ": nothing is known of " + type);
        } else if (!names.contains("*")) {
          names(where, members, names);
          members.forEach((name, it) -> object(where + "/" + name, type + "/" + name, it));
        } else {
          members.forEach((name, it) -> object(where + "/" + name, type + "/*", it));
        }
      }
      default -> {
        // A text, a number or a function that makes one.
      }
    }
  }

  private void names(String where, Map<?, ?> members, Set<String> names) {
    members.keySet().stream().filter(it -> !names.contains(Objects.toString(it)))
        .forEach(it -> faults.add(where + ": has no property " + it));
  }
}
