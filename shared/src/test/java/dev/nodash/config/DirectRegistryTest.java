package dev.nodash.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.function.context.FunctionRegistration;

class DirectRegistryTest {
  private final DirectRegistry registry = new DirectRegistry();

  DirectRegistryTest() {
    Function<Integer, Integer> twice = it -> it * 2;
    Function<Object, String> words = it -> "it is " + it;
    registry.register(new FunctionRegistration<>(twice, "twice"));
    registry.register(new FunctionRegistration<>(words, "words"));
  }

  @Test
  void aDefinitionIsCalledInItsOrder() {
    assertThat(registry.<Function<Integer, Object>>lookup("twice").apply(4)).isEqualTo(8);
    assertThat(registry.<Function<Integer, Object>>lookup("twice|twice|words").apply(4)).isEqualTo("it is 16");
    assertThat(registry.getNames(Function.class)).containsExactlyInAnyOrder("twice", "words");
  }

  @Test
  void whatIsNotRegisteredIsNamed() {
    assertThatThrownBy(() -> registry.lookup("twice|thrice")).hasMessageContaining("thrice")
        .hasMessageContaining("twice");
  }
}
