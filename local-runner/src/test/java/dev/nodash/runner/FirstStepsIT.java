package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job: a fresh runner stores an event once and shuts down cleanly. */
class FirstStepsIT {

  @Test
  void storesAnEventOnceAndSaysSo(@TempDir Path folder) {
    try (var runner = RunnerProcess.start(folder, Map.of())) {
      var body = "{\"event\":\"user_signup\",\"userId\":\"user123\",\"messageId\":\"m-1\"}";
      assertThat(runner.post("/v1/track", body).body()).contains("\"success\":true").doesNotContain("already");
      assertThat(runner.post("/v1/track", body).body()).contains("Event already processed");
      assertThat(runner.terminate()).isEqualTo(143);
    }
  }
}
