package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.contract.Calls;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BatchRoomTest {
  /** Where a thousand bytes are worked on at once. */
  private final BatchRoom room = new BatchRoom(384_000);

  @Test
  void aBatchOfTheLargestSizeHasRoomInTheSmallestHeapAndTwoHaveNot() {
    assertThat(room.take(Calls.MAX_BATCH_BYTES)).isTrue();
    assertThat(room.take(1)).isFalse();
    room.give(Calls.MAX_BATCH_BYTES);
    assertThat(room.take(1)).isTrue();
  }

  @Test
  void whoFindsNoTurnIsToldAfterASecond() {
    assertThat(room.begin(600)).isTrue();
    assertThat(room.begin(400)).isTrue();
    var start = System.nanoTime();
    assertThat(room.begin(1)).isFalse();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_000_000_000L);
  }

  @Test
  void whoWaitsBeginsWhenOthersEnd() {
    assertThat(room.begin(1000)).isTrue();
    var next = CompletableFuture.supplyAsync(() -> room.begin(1000));
    room.end(1000);
    assertThat(next).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
  }

  @Test
  void oneThatIsLargerThanAllTurnsIsWorkedOnAlone() {
    assertThat(room.begin(Calls.MAX_BATCH_BYTES)).isTrue();
    assertThat(room.begin(1)).isFalse();
    room.end(Calls.MAX_BATCH_BYTES);
    assertThat(room.begin(1000)).isTrue();
  }

  @Test
  void whoIsInterruptedDoesNotBeginAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    assertThat(room.begin(1)).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }
}
