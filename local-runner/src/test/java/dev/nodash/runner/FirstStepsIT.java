package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job: a fresh runner stores an event once and shuts down cleanly; from the one jar, as a newcomer starts it. */
class FirstStepsIT {

  @Test
  void storesAnEventOnceAndSaysSo(@TempDir Path folder) {
    try (var runner = RunnerProcess
        .launch(folder, Map.of(), List.of("-jar", UnpackedRunner.JAR.toString())).awaitReady()) {
      var body = "{\"event\":\"user_signup\",\"userId\":\"user123\",\"messageId\":\"m-1\"}";
      assertThat(runner.post("/v1/track", body).body()).contains("\"success\":true").doesNotContain("already");
      assertThat(runner.post("/v1/track", body).body()).contains("Event already processed");
      assertThat(runner.terminate()).isEqualTo(143);
    }
  }
}
