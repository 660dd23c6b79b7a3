package dev.nodash.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DotEnvTest {

  @TempDir
  private Path folder;

  private Map<String, String> read(String text) throws IOException {
    return DotEnv.read(Files.writeString(folder.resolve(".env"), text));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"A=1|1", "  A = 1  |1", "export A=1|1", "A=|``",
      "A=a b|a b", "A=\"a # b\"|a # b", "A='a \"b\"'|a \"b\"", "A=a # comment|a", "A=a#b|a#b", "A=\"a\" # comment|a",
      "A=a=b|a=b", "A=# comment|``", "A=\" a \"|` a `", "A=tenant:sha256=ab,b:c|tenant:sha256=ab,b:c"})
  void aLineIsANameAndAValue(String line, String value) throws IOException {
    assertThat(read(line)).containsOnly(Map.entry("A", value));
  }

  @Test
  void commentsAndEmptyLinesAreLeftOut() throws IOException {
    assertThat(read("# A=1\n\n  \t\n  #B=2\r\nC=3\r\n")).containsOnly(Map.entry("C", "3"));
  }

  @Test
  void everyLineThatIsNoAssignmentIsNamedAndNotShown() {
    assertThatThrownBy(() -> read("A=1\nnonsense\n1D=s3cret\n")).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(".env, line 2: is not NAME=value").hasMessageContaining(".env, line 3")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> DotEnv.read(Files.write(folder.resolve(".env"), new byte[]{'A', '=', (byte) 0xff})))
        .isInstanceOf(ConfigurationException.class).hasMessageContaining(".env: cannot be read");
  }

  @Test
  void aSecretOfTheEnvironmentBeatsItsOtherFormInTheFile() throws IOException {
    read("A=file\nB_FILE=file\n");
    assertThat(DotEnv.overlaid(folder.resolve(".env"), Map.of("A_FILE", "process", "B", "process")))
        .containsOnly(Map.entry("A_FILE", "process"), Map.entry("B", "process"));
  }

  @Test
  void theLastOfTwoLinesWins() throws IOException {
    assertThat(read("A=1\nA=2\n")).containsOnly(Map.entry("A", "2"));
  }

  @Test
  void noFileIsNoVariable() {
    assertThat(DotEnv.read(folder.resolve("missing"))).isEmpty();
    assertThat(DotEnv.read(folder)).isEmpty();
  }

  @Test
  void theEnvironmentBeatsTheFile() throws IOException {
    read("A=file\nB=file\n");
    assertThat(DotEnv.overlaid(folder.resolve(".env"), Map.of("A", "process", "C", "process")))
        .containsOnly(Map.entry("A", "process"), Map.entry("B", "file"), Map.entry("C", "process"));
  }
}
