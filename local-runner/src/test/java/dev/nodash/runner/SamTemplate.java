package dev.nodash.runner;

import static dev.nodash.runner.TemplateFile.list;
import static dev.nodash.runner.TemplateFile.map;

import dev.nodash.runner.TemplateFile.Intrinsic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What template.yaml makes of some parameters: the functions, their environments and the routes between them. */
public final class SamTemplate {

  /**
   * One function.
   *
   * @param paths what the gateway sends to it; the empty path is the {@code $default} route
   */
  public record LambdaFunction(String name, Path zip, String handler, Map<String, String> environment,
      List<String> paths) {}

  /** What the stack is called. */
  static final String STACK = "nodash";

  private final Map<String, Object> parameters = new HashMap<>();
  private final Map<?, ?> template;
  private final List<LambdaFunction> functions;

  SamTemplate(Path file, Map<String, String> chosen) {
    template = TemplateFile.read(file);
    map(template, "Parameters")
        .forEach((name, value) -> parameters.put((String) name, Objects.toString(map(value).get("Default"), "")));
    if (!parameters.keySet().containsAll(chosen.keySet())) {
      throw new IllegalArgumentException("the template has only the parameters " + parameters.keySet());
    }
    parameters.putAll(chosen);
    functions = map(template, "Resources").entrySet().stream()
        .filter(it -> "AWS::Serverless::Function".equals(map(it.getValue()).get("Type")))
        .map(it -> function((String) it.getKey(), map(map(it.getValue()), "Properties"), file)).toList();
  }

  List<LambdaFunction> functions() {
    return functions;
  }

  /** The function that the gateway gives the path to: that of the path's own route, else that of {@code $default}. */
  LambdaFunction functionFor(String path) {
    return owner(path).or(() -> owner("")).orElseThrow();
  }

  /** What CloudFormation would refuse these parameters for, by the template's rules. */
  List<String> violations() {
    var violations = new ArrayList<String>();
    map(template, "Rules").forEach((_, rule) -> {
      var applies = map(rule).get("RuleCondition");
      if (applies == null || holds(applies)) {
        for (var assertion : list(map(rule).get("Assertions"))) {
          if (!holds(map(assertion).get("Assert"))) {
            violations.add(Objects.toString(map(assertion).get("AssertDescription")));
          }
        }
      }
    });
    return violations;
  }

  private Optional<LambdaFunction> owner(String path) {
    return functions.stream().filter(it -> it.paths().contains(path)).findFirst();
  }

  private LambdaFunction function(String name, Map<?, ?> properties, Path file) {
    var globals = map(template, "Globals", "Function");
    var environment = new TreeMap<String, String>();
    for (var source : List.of(globals, properties)) {
      map(source, "Environment", "Variables").forEach(
          (key, value) -> resolve(value).ifPresent(text -> environment.put((String) key, text)));
    }
    var handler = properties.containsKey("Handler") ? properties.get("Handler") : globals.get("Handler");
    var paths = map(properties, "Events").values().stream().map(it -> map(map(it), "Properties").get("Path"))
        .map(path -> Objects.toString(path, "")).toList();
    return new LambdaFunction(name, file.resolveSibling(Objects.toString(properties.get("CodeUri"))),
        Objects.toString(handler), environment, paths);
  }

  /** The text a value stands for; none for {@code AWS::NoValue}. */
  private Optional<String> resolve(@Nullable Object value) {
    if (!(value instanceof Intrinsic it)) {
      return Optional.of(Objects.toString(value));
    }
    return switch (it.tag()) {
      case "!Ref" -> Optional.ofNullable(parameters.get(it.text())).map(Object::toString);
      case "!If" -> resolve(it.list().get(condition(Objects.toString(it.list().get(0))) ? 1 : 2));
      case "!Sub" -> Optional.of(it.text().replace("${AWS::StackName}", STACK));
      default -> throw new IllegalArgumentException(it.tag() + " is not known here");
    };
  }

  private boolean condition(String name) {
    return holds(map(template, "Conditions").get(name));
  }

  private boolean holds(@Nullable Object condition) {
    if (!(condition instanceof Intrinsic it)) {
      throw new IllegalArgumentException("not a condition: " + condition);
    }
    return switch (it.tag()) {
      case "!Condition" -> condition(it.text());
      case "!Not" -> !holds(it.list().get(0));
      case "!And" -> it.list().stream().allMatch(this::holds);
      case "!Or" -> it.list().stream().anyMatch(this::holds);
      case "!Equals" -> resolve(it.list().get(0)).equals(resolve(it.list().get(1)));
      default -> throw new IllegalArgumentException(it.tag() + " is not known here");
    };
  }
}
