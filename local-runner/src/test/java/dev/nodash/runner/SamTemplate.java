package dev.nodash.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** What template.yaml makes of some parameters: the functions, their environments and the routes between them. */
public final class SamTemplate {

  /**
   * One function.
   *
   * @param paths what the gateway sends to it; the empty path is the {@code $default} route
   */
  public record LambdaFunction(String name, Path zip, String handler, Map<String, String> environment,
      List<String> paths) {}

  /** CloudFormation's {@code !Ref}, {@code !If} and so on. */
  private record Intrinsic(String tag, Object value) {}

  private final Map<String, Object> parameters = new HashMap<>();
  private final Map<?, ?> template;
  private final List<LambdaFunction> functions;

  SamTemplate(Path file, Map<String, String> chosen) {
    try {
      template = map(new Yaml(new Intrinsics()).load(Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    map(template.get("Parameters"))
        .forEach((name, value) -> parameters.put((String) name, Objects.toString(map(value).get("Default"), "")));
    if (!parameters.keySet().containsAll(chosen.keySet())) {
      throw new IllegalArgumentException("the template has only the parameters " + parameters.keySet());
    }
    parameters.putAll(chosen);
    functions = map(template.get("Resources")).entrySet().stream()
        .filter(it -> "AWS::Serverless::Function".equals(map(it.getValue()).get("Type")))
        .map(it -> function((String) it.getKey(), map(map(it.getValue()).get("Properties")), file)).toList();
  }

  List<LambdaFunction> functions() {
    return functions;
  }

  /** The function that the gateway gives the path to. */
  LambdaFunction functionFor(String path) {
    return owner(path).or(() -> owner("")).orElseThrow();
  }

  private Optional<LambdaFunction> owner(String path) {
    return functions.stream().filter(it -> it.paths().contains(path)).findFirst();
  }

  private LambdaFunction function(String name, Map<?, ?> properties, Path file) {
    var globals = map(map(template.get("Globals")).get("Function"));
    var environment = new TreeMap<String, String>();
    for (var source : List.of(globals, properties)) {
      map(map(source.get("Environment")).get("Variables")).forEach(
          (key, value) -> resolve(value).ifPresent(text -> environment.put((String) key, text)));
    }
    var handler = properties.containsKey("Handler") ? properties.get("Handler") : globals.get("Handler");
    var paths = map(properties.get("Events")).values().stream().map(it -> map(map(it).get("Properties")).get("Path"))
        .map(path -> Objects.toString(path, "")).toList();
    return new LambdaFunction(name, file.resolveSibling((String) text(properties.get("CodeUri"))),
        (String) text(handler), environment, paths);
  }

  /** The text a value stands for; none for {@code AWS::NoValue}. */
  private Optional<String> resolve(Object value) {
    if (!(value instanceof Intrinsic(var tag, var argument))) {
      return Optional.of(value.toString());
    }
    return switch (tag) {
      case "!Ref" -> Optional.ofNullable(parameters.get(argument)).map(Object::toString);
      case "!If" -> resolve(text(list(argument).get(condition(text(list(argument).get(0)).toString()) ? 1 : 2)));
      default -> throw new IllegalArgumentException(tag + " is not known here");
    };
  }

  private boolean condition(String name) {
    return holds(text(map(template.get("Conditions")).get(name)));
  }

  private boolean holds(Object condition) {
    if (condition instanceof Intrinsic(var tag, var argument)) {
      var arguments = list(argument);
      return switch (tag) {
        case "!Not" -> !holds(text(arguments.get(0)));
        case "!Equals" -> resolve(text(arguments.get(0))).equals(resolve(text(arguments.get(1))));
        default -> throw new IllegalArgumentException(tag + " is not known here");
      };
    }
    throw new IllegalArgumentException("not a condition: " + condition);
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value == null ? Map.of() : (Map<?, ?>) value;
  }

  private static List<?> list(Object value) {
    return (List<?>) value;
  }

  private static Object text(@Nullable Object value) {
    return Objects.requireNonNull(value);
  }

  private static final class Intrinsics extends SafeConstructor {
    Intrinsics() {
      super(new LoaderOptions());
      yamlMultiConstructors.put("!", new AbstractConstruct() {
        @Override
        public Object construct(Node node) {
          var value = node instanceof SequenceNode list ? constructSequence(list) : constructScalar((ScalarNode) node);
          return new Intrinsic(node.getTag().getValue(), value);
        }
      });
    }
  }
}
