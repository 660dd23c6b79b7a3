package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's curl commands do what it says, as they are written there. */
class ReadmeIT {
  private static final String PORT = "3001";
  private static final String SERVER = "http://localhost:" + PORT;
  private static final Pattern BLOCK = Pattern.compile("^ *```bash\\n(.*?)^ *```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final int PATIENCE_SECONDS = 30;

  @Test
  void everyCurlCommandWorksAsWritten(@TempDir Path folder) throws IOException, InterruptedException {
    var commands = commands(Files.readString(Path.of(System.getProperty("nodash.root"), "README.md")));
    for (var path : List.of("/v1/track", "/v1/identify", "/v1/health")) {
      assertThat(commands).as("README.md has a curl command for " + path)
          .anyMatch(command -> command.contains(SERVER + path));
    }
    var environment = isFree() ? Map.of("NODE_ENV", "development", "PORT", PORT) : Map.of("NODE_ENV", "development");
    try (var runner = RunnerProcess.start(folder, environment)) {
      for (var command : commands) {
        check(command, run(command.replace(SERVER, "http://localhost:" + runner.port()), folder));
      }
    }
  }

  private static void check(String command, String answer) {
    assertThat(answer).as(command).isNotBlank().doesNotContain("\"error\"");
    if (command.contains("/v1/track") || command.contains("/v1/identify")) {
      assertThat(answer).as(command).contains("\"success\":true");
    } else if (command.contains("/v1/health") && !command.contains("/live")) {
      assertThat(answer).as(command).contains("\"status\":\"healthy\"");
    }
  }

  /** The commands of every block, each with the lines that its quotes and backslashes join. */
  private static List<String> commands(String markdown) {
    var commands = new ArrayList<String>();
    for (var block = BLOCK.matcher(markdown); block.find();) {
      var command = new StringBuilder();
      for (var line : block.group(1).stripIndent().lines().toList()) {
        if (!command.isEmpty() || line.startsWith("curl ")) {
          command.append(line).append('\n');
          if (isWhole(command.toString())) {
            commands.add(command.toString());
            command.setLength(0);
          }
        }
      }
      assertThat(command.toString()).as("a command that does not end").isEmpty();
    }
    return commands.stream().filter(command -> command.contains(SERVER)).toList();
  }

  private static boolean isWhole(String command) {
    return command.chars().filter(c -> c == '\'').count() % 2 == 0 && !command.endsWith("\\\n");
  }

  private static String run(String command, Path folder) throws IOException, InterruptedException {
    var errors = Files.createTempFile(folder, "curl", ".err");
    var process = new ProcessBuilder("bash", "-c", command).redirectError(errors.toFile()).start();
    var answer = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(command).isTrue();
    assertThat(process.exitValue()).as("%s: %s", command, Files.readString(errors)).isZero();
    return answer;
  }

  private static boolean isFree() {
    try (var socket = new ServerSocket(Integer.parseInt(PORT))) {
      return socket.isBound();
    } catch (IOException e) {
      System.out.println("ReadmeIT: port " + PORT + " is busy, the commands run with another port in their text");
      return false;
    }
  }
}
