package dev.nodash.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.function.context.FunctionRegistration;
import org.springframework.cloud.function.context.FunctionRegistry;

/**
 * A registry of Spring Cloud Function that converts nothing, for functions whose types fit as they are: what a definition
 * names is called one after the other. The framework's own would first load what it converts JSON and messages with.
 */
final class DirectRegistry implements FunctionRegistry {
  private final Map<String, Function<Object, Object>> functions = new LinkedHashMap<>();

  @Override
  @SuppressWarnings("unchecked")
  public <T> void register(FunctionRegistration<T> registration) {
    for (var name : registration.getNames()) {
      functions.put(name, (Function<Object, Object>) registration.getTarget());
    }
  }

  /**
   * The functions of a definition, {@code first|second}, as one.
   *
   * @throws IllegalArgumentException if one of them is not registered
   */
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <T> T lookup(@Nullable Class<?> type, String definition, String... expectedOutputMimeTypes) {
    var steps = new ArrayList<Function<Object, Object>>();
    for (var name : definition.split("\\|", -1)) {
      var step = functions.get(name);
      if (step == null) {
        throw new IllegalArgumentException(name + " is none of " + functions.keySet());
      }
      steps.add(step);
    }
    return (T) new Composed(List.copyOf(steps));
  }

  @Override
  public Set<String> getNames(@Nullable Class<?> type) {
    return Set.copyOf(functions.keySet());
  }

  private record Composed(List<Function<Object, Object>> steps) implements Function<Object, Object> {
    @Override
    public Object apply(Object input) {
      var value = input;
      for (var step : steps) {
        value = step.apply(value);
      }
      return value;
    }
  }
}
