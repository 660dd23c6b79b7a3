package dev.nodash.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example explains what the code reads, no more and no less, and starts as it is. */
class EnvExampleTest {
  private static final Path EXAMPLE = Path.of("..", ".env.example");
  private static final Pattern COMMENTED_OUT = Pattern.compile("^#(?=[A-Z_]+=)", Pattern.MULTILINE);
  /** Set by the platform, not by anybody who deploys. */
  private static final String PLATFORMS_OWN = "AWS_LAMBDA_FUNCTION_NAME";

  @TempDir
  private Path folder;
  private Map<String, String> uncommented = Map.of();

  @BeforeEach
  void uncommentEveryDefault() throws IOException {
    var text = COMMENTED_OUT.matcher(Files.readString(EXAMPLE)).replaceAll("");
    uncommented = DotEnv.read(Files.writeString(folder.resolve(".env"), text));
  }

  @Test
  void startsAsItIs() {
    assertThat(Settings.of(DotEnv.read(EXAMPLE))).isEqualTo(Settings.of(Map.of()));
  }

  @Test
  void theDefaultsItNamesAreTheDefaults() {
    assertThat(Settings.of(uncommented)).isEqualTo(Settings.of(Map.of()));
  }

  @Test
  void namesExactlyTheVariablesThatAreRead() {
    var variables = new Variables(Map.of("JWT_SECRET", "s".repeat(32)));
    new SettingsReader(variables).read();
    var asked = new HashSet<>(variables.asked());
    asked.remove(PLATFORMS_OWN);
    assertThat(uncommented.keySet()).containsExactlyInAnyOrderElementsOf(asked);
  }

  @Test
  void explainsEveryVariableInTheLinesAboveIt() throws IOException {
    var before = "";
    for (var line : Files.readAllLines(EXAMPLE)) {
      if (line.matches("#?[A-Z_]+=.*")) {
        assertThat(before).as("the line above " + line).startsWith("# ");
      }
      before = line;
    }
  }

  @Test
  void holdsNoSecret() {
    assertThat(List.of("API_KEYS", "JWT_SECRET", "CLICKHOUSE_URL", "POSTGRES_URL", "REDIS_URL", "API_KEYS_FILE",
        "JWT_SECRET_FILE"))
        .allSatisfy(name -> assertThat(uncommented.get(name)).isEmpty());
  }
}
