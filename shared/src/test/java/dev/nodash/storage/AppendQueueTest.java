package dev.nodash.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.EventId;
import dev.nodash.storage.AppendQueue.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** For whom a writer waits. What the stores on it do is in their own tests. */
class AppendQueueTest {
  private static final Limits EVERYTHING = new Limits(Integer.MAX_VALUE, Long.MAX_VALUE);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final long WAIT_SECONDS = 20;

  private static final class One extends AppendQueue.Waiting {
    @Override
    public int events() {
      return 1;
    }

    @Override
    public long bytes() {
      return 100;
    }
  }

  private static AppendQueue<One> queue(int events, Duration deadline) {
    return new AppendQueue<>("the engine", new Limits(events, 1 << 20), deadline);
  }

  private static CompletableFuture<List<One>> taken(AppendQueue<One> queue, int expected, Duration linger) {
    var taken = new CompletableFuture<List<One>>();
    Thread.ofPlatform().daemon().start(() -> taken.complete(queue.take(List.of(), EVERYTHING, expected, linger)));
    return taken;
  }

  @Test
  void nobodyIsWaitedForBeyondHalfOfTheRoom() throws Exception {
    var queue = queue(4, NEVER);
    var taken = taken(queue, 100, NEVER);
    var two = List.of(new One(), new One());
    var outcomes = two.stream().map(queue::add).toList();
    assertThat(taken.get(WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(two);
    assertThat(outcomes).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void whereThereAreManyAsManyAgainAreWaitedFor() throws Exception {
    var queue = queue(100, NEVER);
    var outcomes = Stream.of(new One(), new One()).map(queue::add).toList();
    var done = queue.takeAll(List.of(), 3, NEVER);
    assertThat(done).as("two are not many").hasSameSizeAs(outcomes);
    var taken = new CompletableFuture<List<One>>();
    Thread.ofPlatform().daemon().start(() -> taken.complete(queue.takeAll(done, 2, NEVER)));
    var more = new ArrayList<CompletableFuture<Set<EventId>>>();
    while (!taken.isDone() && more.size() < 100) {
      more.add(queue.add(new One()));
    }
    assertThat(taken.get(WAIT_SECONDS, TimeUnit.SECONDS))
        .as("as many as there were, or more that came before it looked")
        .hasSizeBetween(2, 100);
  }

  @Test
  void aWriterGoesOnWhereAllWhoWaitedHaveBeenToldThatItTakesTooLong() throws Exception {
    var queue = queue(100, Duration.ofMillis(50));
    var taken = taken(queue, 5, Duration.ofMillis(100));
    var late = queue.add(new One());
    assertThatThrownBy(late::join).isInstanceOf(CompletionException.class).hasCauseInstanceOf(StoreUnavailable.class);
    assertThatThrownBy(() -> taken.get(500, TimeUnit.MILLISECONDS)).as("there is nothing to write")
        .isInstanceOf(TimeoutException.class);
    var five = Stream.generate(One::new).limit(5).toList();
    var outcomes = five.stream().map(queue::add).toList();
    assertThat(taken.get(WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(five);
    assertThat(outcomes).hasSize(5);
  }

  @Test
  void whoWaitsForOthersEndsWithTheQueue() throws Exception {
    var queue = queue(100, NEVER);
    var taken = taken(queue, 5, NEVER);
    var one = new One();
    var outcome = queue.add(one);
    queue.close();
    assertThat(taken.get(WAIT_SECONDS, TimeUnit.SECONDS)).containsExactly(one);
    assertThat(outcome).isNotDone();
    assertThat(taken(queue, 5, NEVER).get(WAIT_SECONDS, TimeUnit.SECONDS)).isEmpty();
  }
}
