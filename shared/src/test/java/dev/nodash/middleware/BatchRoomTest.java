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
  void whoFindsNoTurnIsToldAfterAQuarterOfASecond() {
    assertThat(room.awaitTurn(600)).isTrue();
    assertThat(room.awaitTurn(400)).isTrue();
    var start = System.nanoTime();
    assertThat(room.awaitTurn(1)).isFalse();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(250_000_000L);
  }

  @Test
  void whoWaitsBeginsWhenOthersEnd() {
    assertThat(room.awaitTurn(1000)).isTrue();
    room.endTurn(1000);
    assertThat(CompletableFuture.supplyAsync(() -> room.awaitTurn(1000))).succeedsWithin(Duration.ofSeconds(10))
        .isEqualTo(true);
  }

  @Test
  void oneThatIsLargerThanAllTurnsIsWorkedOnAlone() {
    assertThat(room.awaitTurn(Calls.MAX_BATCH_BYTES)).isTrue();
    assertThat(room.awaitTurn(1)).isFalse();
    room.endTurn(Calls.MAX_BATCH_BYTES);
    assertThat(room.awaitTurn(1000)).isTrue();
  }

  @Test
  void whoIsInterruptedHasNoTurnAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    assertThat(room.awaitTurn(1)).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }
}
