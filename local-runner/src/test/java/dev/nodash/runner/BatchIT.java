package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches of the largest size against the packaged runner. */
class BatchIT {
  private static final int EVENTS = 2500;
  private static final int AT_ONCE = 48;

  /** Nearly 4 MiB. */
  private static String batch(int number) {
    var filler = "x".repeat(1550);
    return IntStream.range(0, EVENTS)
        .mapToObj(i -> "{\"type\":\"track\",\"event\":\"e\",\"messageId\":\"" + number + "-" + i
            + "\",\"properties\":{\"a\":\"" + filler + "\"}}")
        .collect(Collectors.joining(",", "{\"batch\":[", "]}"));
  }

  @Test
  void largeBatchesAtOnceAreStoredOrRefused(@TempDir Path folder) {
    try (var runner = RunnerProcess.start(folder, Map.of("RATE_LIMIT_MAX", "100000000"))) {
      var batches = IntStream.range(0, AT_ONCE).mapToObj(BatchIT::batch).toList();
      var answers = sent(runner, batches);
      assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 503);
      assertThat(answers).filteredOn(answer -> answer.statusCode() == 503)
          .allMatch(answer -> answer.headers().firstValue("retry-after").isPresent());
      var taken = (int) answers.stream().filter(answer -> answer.statusCode() == 200).count();
      // What was refused is taken when it comes alone.
      for (int i = 0; i < AT_ONCE; i++) {
        var before = answers.get(i).statusCode() == 200;
        assertThat(runner.post("/v1/batch", batches.get(i)).body())
            .contains(before ? "\"stored\":0,\"duplicates\":2500" : "\"stored\":2500,\"duplicates\":0");
      }
      assertThat(runner.output()).doesNotContain("OutOfMemory", "\tat ");
      assertThat(runner.terminate()).isEqualTo(143);
      var stored = StoredFiles.in(folder);
      assertThat(stored.lines()).isEqualTo(AT_ONCE * EVENTS);
      assertThat(stored.mostOfOne()).isEqualTo(1);
      System.out.println(AT_ONCE + " batches of 4 MiB at once: " + taken + " stored, the others 503 and stored later");
    }
  }

  private static List<HttpResponse<String>> sent(RunnerProcess runner, List<String> batches) {
    return batches.stream().map(batch -> runner.postAsync("/v1/batch", batch)).toList().stream()
        .map(CompletableFuture::join).toList();
  }
}
