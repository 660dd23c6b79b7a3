package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key that is replaced while the packaged runner runs. */
class KeyFilesIT {
  private static final String EVENT = "{\"event\":\"e\"}";

  @TempDir
  private Path folder;

  private static int status(RunnerProcess runner, String key) {
    return runner.post("/v1/track", EVENT, "x-api-key", key).statusCode();
  }

  private void write(String keys) throws IOException {
    var next = Files.writeString(folder.resolve("next"), keys);
    Files.move(next, folder.resolve("keys"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void theNewKeyIsTakenTheOldOneIsNotAndWhatIsNoKeyChangesNothing() throws IOException {
    write("tenant1:first-key");
    var settings = Map.of("API_KEYS_FILE", folder.resolve("keys").toString(), "NODE_ENV", "production", "CORS_ORIGINS",
        "https://a.example", "AUTH_FAILURE_MAX", "0");
    try (var runner = RunnerProcess.start(folder, settings)) {
      assertThat(status(runner, "first-key")).isEqualTo(200);
      assertThat(status(runner, "second-key")).isEqualTo(401);
      write("tenant1:first-key,tenant1:second-key\n");
      SteadyLoad.await(() -> status(runner, "second-key") == 200, "what the file holds now");
      assertThat(status(runner, "first-key")).isEqualTo(200);
      write("tenant1:second-key");
      SteadyLoad.await(() -> status(runner, "first-key") == 401, "what the file holds now");
      write("no key at all");
      SteadyLoad.await(() -> runner.output().contains("those before them hold"), "what the file holds now");
      assertThat(status(runner, "second-key")).isEqualTo(200);
      Files.delete(folder.resolve("keys"));
      SteadyLoad.await(() -> runner.output().contains("API_KEYS_FILE: the file cannot be read"),
          "what the file holds now");
      assertThat(status(runner, "second-key")).isEqualTo(200);
      assertThat(runner.output()).doesNotContain("first-key", "second-key", "no key at all");
    }
  }
}
