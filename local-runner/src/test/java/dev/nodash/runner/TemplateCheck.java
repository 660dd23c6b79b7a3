package dev.nodash.runner;

import static dev.nodash.runner.TemplateFile.map;

import dev.nodash.runner.TemplateFile.Intrinsic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds names in a template that lead nowhere, and those that nothing leads to. */
final class TemplateCheck {
  /** What SAM calls the stage that it makes for an API. */
  private static final String GENERATED_STAGE = ".Stage";
  private static final Pattern IN_SUB = Pattern.compile("\\$\\{([^}!]+)}");
  private static final Set<String> CONDITION_TAGS = Set.of("!Equals", "!Not", "!And", "!Or", "!Condition", "!Ref");
  private static final Set<String> TAGS = Set.of("!Ref", "!GetAtt", "!Sub", "!If", "!Split");
  /** What CloudFormation gives each type beside its name. */
  private static final Map<String, Set<String>> ATTRIBUTES = Map.of("AWS::Logs::LogGroup", Set.of("Arn"),
      "AWS::IAM::Role", Set.of("Arn", "RoleId"), "AWS::DynamoDB::Table", Set.of("Arn", "StreamArn"));
  private static final Set<String> PSEUDO = Set.of("AWS::NoValue", "AWS::Region", "AWS::StackName", "AWS::URLSuffix",
      "AWS::Partition", "AWS::AccountId");

  private final Map<?, ?> template;
  private final Set<String> used = new HashSet<>();
  private final List<String> faults = new ArrayList<>();

  private TemplateCheck(Map<?, ?> template) {
    this.template = template;
  }

  /** Every fault in words. */
  static List<String> faults(Map<?, ?> template) {
    var check = new TemplateCheck(template);
    check.sections();
    check.unused();
    return check.faults;
  }

  /** Calls for every value of a tree, with the path to it; each branch of an {@code !If} stands in its place. */
  static void walk(String path, @Nullable Object value, BiConsumer<String, Object> visitor) {
    if (value == null) {
      return;
    }
    visitor.accept(path, value);
    switch (value) {
      case Map<?, ?> map -> map.forEach((key, child) -> walk(path + "/" + key, child, visitor));
      case List<?> list -> list.forEach(child -> walk(path, child, visitor));
      case Intrinsic(var tag, List<?> arguments) when tag.equals("!If") ->
        arguments.stream().skip(1).forEach(child -> walk(path, child, visitor));
      case Intrinsic(_, List<?> arguments) -> arguments.forEach(child -> walk(path, child, visitor));
      default -> {
        // A text or a number.
      }
    }
  }

  private void sections() {
    for (var section : List.of("Globals", "Resources", "Outputs")) {
      walk(section, template.get(section), (path, value) -> visit(path, value, TAGS));
    }
    map(template, "Resources").forEach((name, resource) -> {
      if (map(resource).get("Condition") instanceof String condition) {
        condition("Resources/" + name, condition);
      }
    });
    var seen = new HashSet<String>();
    while (seen.size() < reachedConditions().size()) {
      for (var name : reachedConditions()) {
        if (seen.add(name)) {
          walk("Conditions/" + name, map(template, "Conditions").get(name),
              (path, value) -> visit(path, value, CONDITION_TAGS));
        }
      }
    }
    // A rule refuses a parameter and makes nothing of it, so what only a rule names counts as unused.
    var before = Set.copyOf(used);
    walk("Rules", template.get("Rules"), (path, value) -> visit(path, value, CONDITION_TAGS));
    used.retainAll(before);
  }

  private Set<String> reachedConditions() {
    var names = new TreeSet<String>();
    used.stream().filter(it -> it.startsWith("?")).forEach(it -> names.add(it.substring(1)));
    return names;
  }

  private void visit(String path, Object value, Set<String> tags) {
    if (value instanceof Map<?, ?> map && map.keySet().stream().anyMatch(TemplateCheck::isLongForm)) {
      faults.add(path + ": write functions in their short form");
    }
    if (value instanceof Intrinsic it) {
      if (!tags.contains(it.tag())) {
        faults.add(path + ": " + it.tag() + " does not belong here");
        return;
      }
      switch (it.tag()) {
        case "!Ref" -> name(path, it.text());
        case "!GetAtt" -> attribute(path, it.text());
        case "!Sub" -> IN_SUB.matcher(it.text()).results().map(found -> found.group(1))
            .forEach(inner -> {
              if (inner.contains(".")) {
                attribute(path, inner);
              } else {
                name(path, inner);
              }
            });
        case "!If" -> condition(path, it.list().size() == 3 ? Objects.toString(it.list().get(0)) : "");
        case "!Condition" -> condition(path, it.text());
        default -> {
          // Its arguments are visited by themselves.
        }
      }
    }
  }

  private static boolean isLongForm(@Nullable Object key) {
    var name = Objects.toString(key);
    return name.startsWith("Fn::") || name.equals("Ref");
  }

  private void name(String path, String name) {
    var type = map(template, "Resources", name.replace(GENERATED_STAGE, "")).get("Type");
    if (name.endsWith(GENERATED_STAGE) && "AWS::Serverless::HttpApi".equals(type)) {
      return;
    }
    if (map(template, "Parameters").containsKey(name) || map(template, "Resources").containsKey(name)) {
      used.add(name);
    } else if (!PSEUDO.contains(name)) {
      faults.add(path + ": there is no " + name);
    }
  }

  private void attribute(String path, String text) {
    int dot = text.indexOf('.');
    var resource = text.substring(0, Math.max(0, dot));
    var type = Objects.toString(map(template, "Resources", resource).get("Type"));
    if (!ATTRIBUTES.getOrDefault(type, Set.of()).contains(text.substring(dot + 1))) {
      faults.add(path + ": there is no " + text);
    }
  }

  private void condition(String path, String name) {
    if (map(template, "Conditions").containsKey(name)) {
      used.add("?" + name);
    } else {
      faults.add(path + ": there is no condition " + name);
    }
  }

  private void unused() {
    for (var name : map(template, "Parameters").keySet()) {
      if (!used.contains(name)) {
        faults.add("Parameters/" + name + ": nothing uses it");
      }
    }
    for (var name : map(template, "Conditions").keySet()) {
      if (!used.contains("?" + name)) {
        faults.add("Conditions/" + name + ": nothing uses it");
      }
    }
  }
}
