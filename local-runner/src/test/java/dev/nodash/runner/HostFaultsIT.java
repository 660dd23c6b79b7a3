package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.runner.Strace.Call;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operating system fails the packaged runner: its forces, its disk, its file descriptors. Each test ends alike: what
 * was acknowledged is there once, what was not is there once after its retry, and the runner's own tally balances.
 */
class HostFaultsIT {
  private static final Map<String, String> SETTINGS = Map.of("RATE_LIMIT_MAX", "1000000000");
  private static final Map<String, String> QUIET = Map.of("RATE_LIMIT_MAX", "1000000000", "LOG_LEVEL", "warn");
  private static final Pattern TALLY = Pattern.compile("received (\\d+) = stored (\\d+) \\+ duplicate (\\d+) \\+ "
      + "rejected (\\d+) \\+ limited (\\d+) \\+ shed (\\d+) \\+ unavailable (\\d+) \\+ unknown (\\d+)");
  private static final int SOME = 100;

  private final Ledger ledger = new Ledger();

  @Test
  void noReplyLeavesBeforeItsBytesAreForced(@TempDir Path folder) {
    try (var runner = RunnerProcess.start(folder, QUIET)) {
      var strace = Strace.attach(runner.process(), folder,
          "trace=write,writev,pwrite64,pwritev,sendto,sendmsg,fsync,fdatasync");
      var ids = IntStream.range(0, 4 * SOME).mapToObj(i -> "forced-" + i + ".").toList();
      try (var clients = Executors.newFixedThreadPool(8)) {
        for (var id : ids) {
          clients.execute(() -> acknowledged(runner, id));
        }
      }
      var calls = strace.detach();
      assertThat(ids).allSatisfy(id -> assertForced(calls, id));
      assertThat(runner.terminate()).isEqualTo(143);
      StoredFiles.checked(folder, ledger);
      System.out.printf("HostFaultsIT: %d replies, each after the force of its bytes; %d forces%n", ids.size(),
          calls.stream().filter(HostFaultsIT::isForce).count());
    }
  }

  /**
   * The message was written to a file of which a force then began, and that had returned before the reply began. What is
   * written behind the journal, to the partition, may come before the reply too and is not forced.
   */
  private static void assertForced(List<Call> calls, String id) {
    var reply = calls.stream().filter(call -> call.has(id) && call.has("HTTP/1.1 200")).findFirst().orElseThrow();
    var written = calls.stream().filter(call -> call.has(id) && call.returned() < reply.began()).toList();
    assertThat(calls).as("%s, replied at %d", id, reply.began()).anyMatch(
        call -> isForce(call) && call.answer().equals("0") && call.returned() < reply.began() && written.stream()
            .anyMatch(write -> write.file() == call.file() && write.returned() < call.began()));
  }

  private static boolean isForce(Call call) {
    return call.name().equals("fdatasync") || call.name().equals("fsync");
  }

  private void acknowledged(RunnerProcess runner, String id) {
    var message = new Message("tenant1", id, "user-" + id, id.hashCode() % 4 == 0, "");
    ledger.sending(message);
    var headers = Stream.concat(Stream.of(message.headers()), Stream.of("x-request-id", id)).toArray(String[]::new);
    assertThat(ledger.answered(message, runner.post(message.path(), message.json(), headers))).isTrue();
  }

  @Test
  void aFailedForceIsNeverCalledGood(@TempDir Path folder) {
    try (var runner = RunnerProcess.start(folder, SETTINGS)) {
      try (var load = new SteadyLoad(runner, ledger, "eio")) {
        load.awaitAcknowledged(SOME);
        try (var _ = Strace.attach(runner.process(), folder, "trace=fsync,fdatasync",
            "inject=fsync,fdatasync:error=EIO")) {
          load.awaitRefused(SOME);
        }
        long before = load.acknowledged();
        load.awaitRefused(SOME);
        assertThat(load.acknowledged()).as("forces succeed again, and it is not believed").isEqualTo(before);
      }
      awaitUnhealthy(runner);
      assertThat(runner.get("/v1/health/live").statusCode()).as("only a restart helps").isEqualTo(503);
      assertThat(runner.terminate()).isEqualTo(143);
      balanced(runner);
    }
    goesOn(folder);
  }

  @Test
  void aFullDiskIsRefusedAndTakenUpAgainWhenSpaceReturns(@TempDir Path folder) throws IOException {
    var data = Files.createDirectory(folder.resolve("data"));
    Tool.run("mount", "-t", "tmpfs", "-o", "size=16m", "nodash-test", data.toString());
    try {
      try (var runner = RunnerProcess.start(folder, SETTINGS)) {
        try (var load = new SteadyLoad(runner, ledger, "full")) {
          for (int round = 0; round < 3; round++) {
            load.awaitAcknowledged(SOME);
            var filler = fill(data);
            load.awaitRefused(SOME);
            awaitUnhealthy(runner);
            assertThat(runner.get("/v1/health/live").statusCode()).isEqualTo(200);
            Files.delete(filler);
            load.awaitAcknowledged(SOME);
          }
          load.stop();
          assertThat(load.refused()).allMatch(answer -> answer.statusCode() == 503 && hasRetryAfter(answer));
        }
        assertThat(runner.terminate()).isEqualTo(143);
        balanced(runner);
      }
      goesOn(folder);
    } finally {
      Tool.run("umount", data.toString());
    }
  }

  /** Takes all the space there is, to the last byte. */
  private static Path fill(Path folder) throws IOException {
    var file = folder.resolve("filler");
    try (var out = Files.newOutputStream(file)) {
      for (int size = 1 << 20; size > 0; size /= 2) {
        fill(out, new byte[size]);
      }
    }
    return file;
  }

  private static void fill(OutputStream out, byte[] part) {
    try {
      while (true) {
        out.write(part);
      }
    } catch (IOException e) {
      // Full, for parts of this size.
    }
  }

  @Test
  void withoutFileDescriptorsItRefusesAndGoesOnWhenThereAreSome(@TempDir Path folder) {
    try (var runner = RunnerProcess.start(folder, SETTINGS)) {
      try (var load = new SteadyLoad(runner, ledger, "emfile")) {
        load.awaitAcknowledged(SOME);
        var before = limit(runner);
        // Fewer than are open, which stay; over connections that are open too, until the journal needs its next segment.
        limit(runner, "16");
        load.awaitRefused(SOME);
        limit(runner, before);
        load.awaitAcknowledged(SOME);
        load.stop();
        assertThat(load.refused()).allMatch(answer -> answer.statusCode() == 503 && hasRetryAfter(answer));
      }
      assertThat(runner.get("/v1/health/live").statusCode()).isEqualTo(200);
      assertThat(runner.terminate()).isEqualTo(143);
      balanced(runner);
    }
    goesOn(folder);
  }

  private static String limit(RunnerProcess runner) {
    return Tool.run("prlimit", "--pid", pid(runner), "--nofile", "--output", "SOFT", "--noheadings").strip();
  }

  private static void limit(RunnerProcess runner, String files) {
    Tool.run("prlimit", "--pid", pid(runner), "--nofile=" + files + ":");
  }

  private static String pid(RunnerProcess runner) {
    return Long.toString(runner.process().pid());
  }

  private static void awaitUnhealthy(RunnerProcess runner) {
    SteadyLoad.await(() -> runner.get("/v1/health").statusCode() == 503, "unhealthy");
  }

  private static boolean hasRetryAfter(HttpResponse<String> answer) {
    return answer.headers().firstValue("retry-after").map(Integer::parseInt).orElse(0) >= 1;
  }

  /** The runner's own count of what it did agrees with itself, and with what the clients were told. */
  private void balanced(RunnerProcess runner) {
    var tally = TALLY.matcher(runner.output());
    assertThat(tally.find()).as("it balances").isTrue();
    var counts = IntStream.rangeClosed(1, tally.groupCount()).mapToLong(i -> Long.parseLong(tally.group(i))).toArray();
    assertThat(counts[0]).isEqualTo(ledger.answers() + ledger.refused().size());
    assertThat(counts[1] + counts[2]).as("stored and duplicate").isEqualTo(ledger.answers());
    System.out.println("HostFaultsIT: " + tally.group());
  }

  /** After a restart what was refused is sent again, and everything is there once. */
  private void goesOn(Path folder) {
    StoredFiles.checked(folder, ledger);
    try (var runner = RunnerProcess.start(folder, QUIET)) {
      for (var message : ledger.unknown()) {
        assertThat(ledger.answered(message, runner.post(message.path(), message.json(), message.headers()))).isTrue();
      }
      assertThat(runner.terminate()).isEqualTo(143);
    }
    StoredFiles.checked(folder, ledger);
    assertThat(ledger.unknown()).isEmpty();
  }
}
