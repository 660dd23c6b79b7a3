package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process is killed under load, again and again: what was acknowledged is there once, what was not is there once
 * after its retry. {@code -Dnodash.crash.rounds} and {@code -Dnodash.crash.seed} choose how often and when.
 */
class CrashIT {
  private static final int ROUNDS = Integer.getInteger("nodash.crash.rounds", 20);
  private static final long SEED = Long.getLong("nodash.crash.seed", 20_250_131);
  private static final int MOST_ACKNOWLEDGEMENTS = 400;
  private static final int SAMPLE = 40;
  private static final Map<String, String> NO_LIMIT = Map.of("RATE_LIMIT_MAX", "1000000000", "LOG_LEVEL", "warn");

  private final Random random = new Random(SEED);
  private final Ledger ledger = new Ledger();
  private int unknown;
  private int unknownButStored;
  private int duplicates;
  private int tornBytes;

  @Test
  void whatWasAcknowledgedIsThereOnceAfterTwentyKills(@TempDir Path folder) {
    var fiveDaysAgo = Instant.now().minus(Duration.ofDays(5)).toString();
    var runner = RunnerProcess.start(folder, NO_LIMIT);
    try {
      for (int round = 1; round <= ROUNDS; round++) {
        new Load(runner, ledger, "r" + round, fiveDaysAgo).run(1 + random.nextInt(MOST_ACKNOWLEDGEMENTS), runner::kill);
        assertThat(ledger.refused()).isEmpty();
        var stored = StoredFiles.checked(folder, ledger);
        tornBytes += stored.tornBytes();
        runner = RunnerProcess.start(folder, NO_LIMIT);
        retryWhatIsUnknown(runner, stored);
        retrySome(runner);
        assertThat(runner.output()).doesNotContain("corrupt");
      }
      assertThat(runner.terminate()).isEqualTo(143);
    } finally {
      runner.close();
    }
    var stored = StoredFiles.checked(folder, ledger);
    assertThat(ledger.unknown()).isEmpty();
    assertThat(stored.lines()).isEqualTo(ledger.acknowledged().size());
    assertThat(stored.tornBytes()).isZero();
    System.out.printf(
        "CrashIT: seed %d, %d kills, %d events acknowledged by %d answers, %d of unknown outcome (%d of them stored),"
            + " %d retries answered as duplicates, %d bytes torn off%n",
        SEED, ROUNDS, ledger.acknowledged().size(), ledger.answers(), unknown, unknownButStored, duplicates, tornBytes);
  }

  @Test
  void aTornLastLineNeitherSwallowsTheNextEventNorIsLost(@TempDir Path folder) throws IOException {
    try (var runner = RunnerProcess.start(folder, NO_LIMIT)) {
      for (var id : List.of("whole", "torn")) {
        assertThat(runner.post("/v1/track", track(id).json()).statusCode()).isEqualTo(200);
      }
      assertThat(runner.terminate()).isEqualTo(143);
    }
    var partition = StoredFiles.files(folder.resolve("data/events"), ".jsonl").getFirst();
    var before = Files.readString(partition);
    try (var file = FileChannel.open(partition, StandardOpenOption.WRITE)) {
      file.truncate(file.size() - 10);
    }
    try (var runner = RunnerProcess.start(folder, NO_LIMIT)) {
      assertThat(runner.output()).contains("after the last whole line were cut off and kept in")
          .contains(partition.getFileName() + ".torn");
      assertThat(runner.post("/v1/track", track("next").json()).body()).doesNotContain(Ledger.DUPLICATE);
      assertThat(runner.post("/v1/track", track("torn").json()).body()).doesNotContain(Ledger.DUPLICATE);
      assertThat(runner.post("/v1/track", track("whole").json()).body()).contains(Ledger.DUPLICATE);
      runner.kill();
    }
    var torn = before.lines().toList().getLast();
    assertThat(Files.readString(partition.resolveSibling(partition.getFileName() + ".torn")).strip())
        .isEqualTo(torn.substring(0, torn.length() - 9));
    var stored = StoredFiles.in(folder);
    assertThat(stored.lines()).isEqualTo(3);
    assertThat(List.of("whole", "torn", "next")).allMatch(id -> stored.count(track(id)) == 1);
  }

  private void retryWhatIsUnknown(RunnerProcess runner, StoredFiles stored) {
    for (var message : ledger.unknown()) {
      var isStored = stored.count(message) == 1;
      unknown++;
      unknownButStored += isStored ? 1 : 0;
      assertThat(retried(runner, message)).as("%s, stored: %s", message, isStored).isEqualTo(isStored);
    }
  }

  private void retrySome(RunnerProcess runner) {
    var all = new ArrayList<>(ledger.acknowledged());
    Collections.shuffle(all, random);
    var old = all.stream().filter(message -> !message.timestamp().isEmpty()).limit(SAMPLE / 2);
    var some = all.stream().limit(SAMPLE / 2);
    Stream.concat(old, some)
        .forEach(message -> assertThat(retried(runner, message)).as("%s", message).isTrue());
  }

  /** Sends it once more; answers whether it was a duplicate. */
  private boolean retried(RunnerProcess runner, Message message) {
    var answer = runner.post(message.path(), message.json(), message.headers());
    assertThat(ledger.answered(message, answer)).as(answer.body()).isTrue();
    var duplicate = answer.body().contains(Ledger.DUPLICATE);
    duplicates += duplicate ? 1 : 0;
    return duplicate;
  }

  private static Message track(String id) {
    return new Message("tenant1", id, "user", false, "");
  }
}
