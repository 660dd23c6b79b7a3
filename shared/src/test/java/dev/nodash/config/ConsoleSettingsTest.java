package dev.nodash.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.config.Settings.Console;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleSettingsTest {
  private static final String KEY = "sixteen-letters!";

  private static Optional<Console> console(Map<String, String> variables) {
    var all = new HashMap<>(Map.of("API_KEYS", "shop:a-key-of-the-shop"));
    all.putAll(variables);
    return Settings.of(all).server().console();
  }

  @Test
  void itIsOnInDevelopmentOnly() {
    assertThat(console(Map.of())).contains(new Console(Optional.empty()));
    assertThat(console(Map.of("CONSOLE_ENABLE", "false"))).isEmpty();
    assertThat(console(Map.of("NODE_ENV", "test"))).isEmpty();
    assertThat(console(Map.of("NODE_ENV", "staging"))).isEmpty();
    assertThat(console(Map.of("NODE_ENV", "production", "CONSOLE_KEY", KEY))).isEmpty();
    assertThat(console(Map.of("AWS_LAMBDA_FUNCTION_NAME", "f", "LAMBDA_ALLOW_EPHEMERAL", "true"))).isEmpty();
  }

  @Test
  void elsewhereItNeedsAKey() {
    assertThat(console(Map.of("NODE_ENV", "production", "CONSOLE_ENABLE", "true", "CONSOLE_KEY", KEY)))
        .contains(new Console(Optional.of(KEY)));
    assertThatThrownBy(() -> console(Map.of("NODE_ENV", "production", "CONSOLE_ENABLE", "true")))
        .hasMessageContaining("CONSOLE_KEY: must be set where CONSOLE_ENABLE is true outside development and test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-key-of-the-shop", "demo-api-key-tenant1"})
  void whatMayWriteDoesNotRead(String apiKey) {
    assertThatThrownBy(() -> console(Map.of("CONSOLE_KEY", apiKey)))
        .hasMessageContaining("CONSOLE_KEY: is one of API_KEYS").hasMessageNotContaining(apiKey);
  }

  @Test
  void aShortKeyIsRefusedAndNoneIsShown() {
    assertThatThrownBy(() -> console(Map.of("CONSOLE_KEY", "fifteen-letters")))
        .hasMessageContaining("CONSOLE_KEY: must have at least 16 characters")
        .hasMessageNotContaining("fifteen-letters");
    assertThat(new Console(Optional.of(KEY)).toString()).doesNotContain(KEY);
  }

  @Test
  void aSandboxHasNone() {
    assertThatThrownBy(() -> console(Map.of("AWS_LAMBDA_FUNCTION_NAME", "f", "LAMBDA_ALLOW_EPHEMERAL", "true",
        "CONSOLE_ENABLE", "true"))).hasMessageContaining("CONSOLE_ENABLE: is for the runner only");
  }
}
