package dev.nodash.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads a template of CloudFormation; its functions stay what they are. */
final class TemplateFile {

  /** {@code !Ref}, {@code !If} and so on, with a text or a list. */
  record Intrinsic(String tag, Object argument) {
    String text() {
      return argument.toString();
    }

    List<?> list() {
      return (List<?>) argument;
    }
  }

  private TemplateFile() {}

  static Map<?, ?> read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<?, ?> parse(String yaml) {
    return map(new Yaml(new Intrinsics()).load(yaml));
  }

  static Map<?, ?> map(@Nullable Object value) {
    return value == null ? Map.of() : (Map<?, ?>) value;
  }

  /** What stands under these names, one below the other. */
  static Map<?, ?> map(Map<?, ?> root, String... names) {
    var at = root;
    for (var name : names) {
      at = map(at.get(name));
    }
    return at;
  }

  static List<?> list(@Nullable Object value) {
    return (List<?>) Objects.requireNonNull(value);
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
