package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.storage.kit.Processes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM: nothing new is accepted, what was accepted is finished and answered, and the process is gone in time. */
class ShutdownIT {
  private static final Map<String, String> NO_LIMIT = Map.of("RATE_LIMIT_MAX", "1000000000", "LOG_LEVEL", "warn");
  private static final int TERMINATED = 143;
  /** The kernel may take a connection between the last one that was accepted and the close of the listening socket. */
  private static final int FRESH_CONNECTIONS = 2;
  private static final int IN_THE_QUEUE = 500;

  @Test
  void whatWasAcceptedIsAnsweredAndOnDisk(@TempDir Path folder) {
    var ledger = new Ledger();
    Load load;
    try (var runner = RunnerProcess.start(folder, NO_LIMIT)) {
      load = new Load(runner, ledger, "s", Instant.now().minus(Duration.ofDays(5)).toString());
      load.run(500, () -> assertThat(runner.terminate()).isEqualTo(TERMINATED));
      assertThat(runner.output()).doesNotContain("ERROR");
    }
    var stored = StoredFiles.in(folder);
    System.out.printf("ShutdownIT: %d acknowledged, %d without an answer, refused: %s%n", ledger.acknowledged().size(),
        load.cutOff().size(), ledger.refused());
    assertThat(ledger.acknowledged()).allMatch(message -> stored.count(message) == 1, "is stored once");
    assertThat(ledger.unknown()).allMatch(message -> stored.count(message) == 0, "was not accepted in silence");
    assertThat(load.cutOff()).as("cut off without an answer").hasSizeLessThanOrEqualTo(FRESH_CONNECTIONS);
    assertThat(ledger.refused()).isEmpty();
    assertThat(stored.tornBytes()).isZero();
    assertThat(StoredFiles.files(folder, ".torn")).isEmpty();
    try (var again = RunnerProcess.start(folder, NO_LIMIT)) {
      assertThat(again.output()).doesNotContain("WARN", "ERROR");
      var message = ledger.acknowledged().getFirst();
      assertThat(again.post(message.path(), message.json(), message.headers()).body()).contains(Ledger.DUPLICATE);
    }
  }

  @Test
  void whoWaitsToBeAcceptedIsAnswered(@TempDir Path folder) throws IOException {
    var waiting = new ArrayList<Socket>();
    try (var runner = RunnerProcess.start(folder, NO_LIMIT)) {
      Processes.signal("STOP", List.of(runner.process().toHandle()));
      for (int i = 0; i < IN_THE_QUEUE; i++) {
        var client = new Socket(InetAddress.getLoopbackAddress(), runner.port());
        waiting.add(client);
        client.getOutputStream().write("GET /v1/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
      }
      Processes.signal("TERM", List.of(runner.process().toHandle()));
      Processes.signal("CONT", List.of(runner.process().toHandle()));
      for (var client : waiting) {
        assertThat(new String(client.getInputStream().readNBytes(15), ISO_8859_1)).isEqualTo("HTTP/1.1 200 OK");
      }
      assertThat(runner.awaitExit()).isEqualTo(TERMINATED);
    } finally {
      for (var client : waiting) {
        client.close();
      }
    }
  }

  @Test
  void aClientThatStallsDoesNotKeepItAlive(@TempDir Path folder) throws IOException {
    try (var runner = RunnerProcess.start(folder, Map.of());
        var idle = new Socket(InetAddress.getLoopbackAddress(), runner.port());
        var stalled = new Socket(InetAddress.getLoopbackAddress(), runner.port())) {
      stalled.getOutputStream().write("""
          POST /v1/track HTTP/1.1\r
          Host: localhost\r
          x-tenant-id: tenant1\r
          Content-Length: 100\r
          \r
          {"event":"half""".getBytes(ISO_8859_1));
      assertThat(runner.get("/v1/health/live").statusCode()).isEqualTo(200);
      var start = System.nanoTime();
      assertThat(runner.terminate()).isEqualTo(TERMINATED);
      System.out.printf("ShutdownIT: with a stalled client it ended within %d ms%n",
          Duration.ofNanos(System.nanoTime() - start).toMillis());
      assertThat(idle.getInputStream().read()).isEqualTo(-1);
    }
  }
}
