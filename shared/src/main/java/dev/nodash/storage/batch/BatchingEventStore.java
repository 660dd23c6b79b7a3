package dev.nodash.storage.batch;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.AppendQueue;
import dev.nodash.storage.AppendQueue.Limits;
import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the appends of concurrent requests and stores them in one operation of the engine; each request is answered
 * once that operation is durable. While batches are being stored the next one gathers, so batches grow with the load.
 *
 * <p>A batch that the engine refuses for what it holds is stored in halves until the bad request stands alone, so that
 * no request fails for its neighbour's data. Any other failure is told to every request of the batch.
 *
 * <p>With a {@link Rule#linger()} the writer waits for as many events as its last batch had and as waited behind it, for
 * those clients are answered now and their next requests are on their way; a lone client therefore waits for nobody.
 *
 * <p>Limits: a request waits {@link Rule#linger()} longer than the engine takes at most. What waits is bounded; beyond it
 * {@link dev.nodash.storage.StoreUnavailable} comes at once.
 */
public final class BatchingEventStore implements EventStore {
  private static final Logger LOG = LoggerFactory.getLogger(BatchingEventStore.class);

  /**
   * How to gather.
   *
   * @param batch how much is stored at once
   * @param linger how long a batch waits for the requests that are expected, at most; zero for an engine to which many
   * batches cost no more than large ones
   * @param writers how many batches are stored at the same time, 1 or more; 2 keep the processors busy while the engine
   * waits for its disk
   * @param deadline how long a request waits for its outcome
   */
  public record Rule(Limits batch, Duration linger, int writers, Duration deadline) {

    public Rule {
      if (writers < 1 || (writers > 1 && linger.isPositive())) {
        throw new IllegalArgumentException("writers: " + writers + ", must be 1 or more, and 1 where batches linger");
      }
    }
  }

  private final BulkEventStore store;
  private final Rule rule;
  private final AppendQueue<Append> queue;
  private final List<Thread> writers;

  /** Takes over the store and closes it in the end. */
  public BatchingEventStore(BulkEventStore store, String engine, Rule rule) {
    this.store = store;
    this.rule = rule;
    this.queue = new AppendQueue<>(engine, Limits.DEFAULT, rule.deadline());
    this.writers = IntStream.range(0, rule.writers())
        .mapToObj(i -> Thread.ofPlatform().name("nodash-batch-" + i).daemon().start(this::run)).toList();
  }

  @Override
  public Set<EventId> append(Tenant tenant, List<Event> events) {
    return AppendQueue.await(appendAsync(tenant, events));
  }

  @Override
  public boolean waits() {
    return false;
  }

  @Override
  public CompletableFuture<Set<EventId>> appendAsync(Tenant tenant, List<Event> events) {
    return events.isEmpty()
        ? CompletableFuture.completedFuture(Set.of())
        : queue.add(new Append(new BulkEventStore.Batch(tenant, events)));
  }

  private void run() {
    int expected = 0;
    for (var appends = take(List.of(), expected); !appends.isEmpty(); appends = take(appends, expected)) {
      var answers = new Attempt(store, appends).run();
      expected = queue.writing().waiting() + appends.stream().mapToInt(Append::events).sum();
      answers.forEach(Runnable::run);
    }
  }

  private List<Append> take(List<Append> done, int expected) {
    return queue.take(done, rule.batch(), expected, rule.linger());
  }

  @Override
  public Writing writing() {
    return queue.writing();
  }

  @Override
  public boolean contains(Tenant tenant, EventId id) {
    return store.contains(tenant, id);
  }

  @Override
  public Deduplicator.Window window(Instant now) {
    return store.window(now);
  }

  @Override
  public Set<Guarantee> guarantees() {
    return store.guarantees();
  }

  @Override
  public Health check() {
    return store.check();
  }

  @Override
  public boolean isFatal() {
    return store.isFatal();
  }

  /** Stores what waits, for as long as a request may wait and no longer, then closes the store. */
  @Override
  public void close() {
    queue.close();
    try {
      long end = System.nanoTime() + rule.deadline().toNanos();
      for (var writer : writers) {
        if (!writer.join(Duration.ofNanos(end - System.nanoTime()))) {
          LOG.error("a batch was not stored within {}: the engine does not answer", rule.deadline());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }
}
