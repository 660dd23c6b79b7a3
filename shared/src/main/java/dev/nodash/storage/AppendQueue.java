package dev.nodash.storage;

import dev.nodash.model.EventId;
import dev.nodash.storage.EventStore.Writing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Appends that wait for whoever writes many of them at once, bounded by events and bytes: beyond them a caller is told
 * at once. Callers {@link #add}; writers {@link #take} and complete what they took.
 */
public final class AppendQueue<A extends AppendQueue.Waiting> {

  /** One call of append. */
  public abstract static class Waiting {
    private final CompletableFuture<Set<EventId>> outcome = new CompletableFuture<>();
    /** When the caller has waited for long enough, of {@link System#nanoTime()}. */
    long due;
    /** When a writer took it, of {@link System#nanoTime()}. */
    long takenAt;

    /** How many events it has. */
    public abstract int events();

    /** About how many bytes of memory it holds. */
    public abstract long bytes();

    /** The ids that were stored before, or the store's exception. */
    public CompletableFuture<Set<EventId>> outcome() {
      return outcome;
    }
  }

  /**
   * How much at most; a single larger append is let through when it is alone.
   *
   * @param events 1 or more
   * @param bytes 1 or more
   */
  public record Limits(int events, long bytes) {
    /** What may wait, besides what is being written: some thousand calls, or some dozen large batches. */
    public static final Limits DEFAULT = new Limits(16_384, 16 << 20);
  }

  private static final Limits EVERYTHING = new Limits(Integer.MAX_VALUE, Long.MAX_VALUE);

  private final String engine;
  private final Limits limits;
  private final Duration deadline;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<A> waiting = new ArrayDeque<>();
  private int events;
  private long bytes;
  /** Events that writers took and have not come back from. */
  private int storing;
  private long commits;
  private long committed;
  private long nanos;
  /** What writers took last and may not have completed yet, in the order it came. */
  private final ArrayList<A> taken = new ArrayList<>();
  private boolean watched;
  /** What a writer waits for, if one does. */
  private @Nullable Limits collected;
  private boolean closed;

  /**
   * Makes an empty queue.
   *
   * @param engine what is waited for, in words for the log
   * @param deadline how long an append waits for its outcome at most
   */
  public AppendQueue(String engine, Limits limits, Duration deadline) {
    this.engine = engine;
    this.limits = limits;
    this.deadline = deadline;
  }

  /**
   * Lets the append wait for a writer.
   *
   * @return its outcome, or {@link StoreUnavailable} if no writer took it in time, or {@link OutcomeUnknown} if one did and
   *         did not answer in time
   * @throws QueueFull if there is no room
   * @throws StoreUnavailable if the queue is closed
   */
  public CompletableFuture<Set<EventId>> add(A append) {
    lock.lock();
    try {
      if (closed) {
        throw new StoreUnavailable("the store is closed");
      }
      if (!waiting.isEmpty() && !fits(append, limits, events, bytes)) {
        throw new QueueFull(
            "the queue is full: " + events + " events of " + bytes + " bytes wait for " + engine);
      }
      append.due = System.nanoTime() + deadline.toNanos();
      var wasEnough = isEnough();
      waiting.add(append);
      count(append, 1);
      watch();
      if ((!wasEnough && isEnough()) || (collected != null && isWhole(collected))) {
        changed.signal();
      }
      return append.outcome();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for an outcome.
   *
   * @throws StoreException as the outcome says; {@link OutcomeUnknown} for a caller that is interrupted
   */
  public static <T> T await(CompletableFuture<T> outcome) {
    try {
      return outcome.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutcomeUnknown("the caller was interrupted before the answer", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StoreException known ? known : new OutcomeUnknown("the writer failed", e);
    }
  }

  /**
   * Waits for something to write, then until {@code expected} events wait, and hands out at most a batch; nothing once the
   * queue is closed and empty. While others are writing it waits until as many events wait as they have: many small
   * batches would cost more than the time that they save.
   *
   * @param done what this writer took last
   * @param linger how long to wait for those expected at most; zero where there are several writers
   */
  public List<A> take(List<A> done, Limits batch, int expected, Duration linger) {
    lock.lock();
    try {
      finish(done);
      return gathered(batch, expected, linger);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The same for a single writer who takes all that waits. Where those done and those that wait are {@code many} or more, it
   * waits for as many again.
   */
  public List<A> takeAll(List<A> done, int many, Duration linger) {
    lock.lock();
    try {
      finish(done);
      int expected = done.size() + waiting.size();
      return gathered(EVERYTHING, expected, expected < many ? Duration.ZERO : linger);
    } finally {
      lock.unlock();
    }
  }

  private List<A> gathered(Limits batch, int expected, Duration linger) {
    do {
      while (!isEnough() && !closed) {
        changed.awaitUninterruptibly();
      }
      gather(wanted(batch, expected), linger.toNanos());
      // Those who waited may have been told meanwhile that it takes too long.
    } while (waiting.isEmpty() && !closed);
    return polled(batch);
  }

  /** Those expected, but half of what may wait at most, so that nobody is turned away meanwhile. */
  private Limits wanted(Limits batch, int expected) {
    return new Limits(Math.min(Math.min(batch.events, expected), Math.max(1, limits.events / 2)),
        Math.min(batch.bytes, Math.max(1, limits.bytes / 2)));
  }

  private void gather(Limits wanted, long most) {
    collected = wanted;
    try {
      for (long left = most; left > 0 && !closed && !isWhole(wanted);) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      collected = null;
    }
  }

  private List<A> polled(Limits batch) {
    var polled = new ArrayList<A>();
    int polledEvents = 0;
    long polledBytes = 0;
    long now = System.nanoTime();
    for (var next = waiting.peek(); next != null
        && (polled.isEmpty() || fits(next, batch, polledEvents, polledBytes)); next = waiting.peek()) {
      next.takenAt = now;
      polled.add(waiting.remove());
      polledEvents += next.events();
      polledBytes += next.bytes();
      count(next, -1);
    }
    taken.removeIf(append -> append.outcome().isDone());
    taken.addAll(polled);
    storing += polledEvents;
    return polled;
  }

  /**
   * Sees to it that somebody looks when the first of those without an outcome is due. One clock for all of them: a clock
   * of its own for each caller costs more than its wait.
   */
  private void watch() {
    if (!watched) {
      firstDue().ifPresent(due -> {
        watched = true;
        CompletableFuture.delayedExecutor(due - System.nanoTime(), TimeUnit.NANOSECONDS, Runnable::run)
            .execute(this::expire);
      });
    }
  }

  /** When the first is due; they came one after the other, so it is the first in its row. */
  private OptionalLong firstDue() {
    var unanswered = taken.stream().filter(append -> !append.outcome().isDone()).findFirst();
    return unanswered.or(() -> Optional.ofNullable(waiting.peek())).stream().mapToLong(append -> append.due)
        .findFirst();
  }

  /** Tells those who have waited for long enough. */
  private void expire() {
    lock.lock();
    try {
      long now = System.nanoTime();
      while (!waiting.isEmpty() && waiting.element().due - now <= 0) {
        var late = waiting.remove();
        count(late, -1);
        late.outcome().completeExceptionally(new StoreUnavailable(engine + " did not come to it within " + deadline));
      }
      taken.stream().filter(append -> append.due - now <= 0 && !append.outcome().isDone())
          .forEach(late -> late.outcome()
              .completeExceptionally(new OutcomeUnknown(engine + " did not answer within " + deadline)));
      watched = false;
      watch();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Counts what a caller has written by himself.
   *
   * @param spent nanoseconds
   */
  public void wrote(long spent) {
    lock.lock();
    try {
      commits++;
      committed++;
      nanos += spent;
    } finally {
      lock.unlock();
    }
  }

  /** What waits, and what writers have done. */
  public Writing writing() {
    lock.lock();
    try {
      return new Writing(events, commits, committed, Duration.ofNanos(nanos));
    } finally {
      lock.unlock();
    }
  }

  /** Lets nothing in any more; what waits is still handed out. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a writer is to begin. */
  private boolean isEnough() {
    return events > 0 && events >= storing;
  }

  private void finish(List<A> done) {
    if (!done.isEmpty()) {
      storing -= done.stream().mapToInt(Waiting::events).sum();
      commits++;
      committed += done.size();
      nanos += System.nanoTime() - done.getFirst().takenAt;
    }
  }

  private boolean isWhole(Limits batch) {
    return events >= batch.events || bytes >= batch.bytes;
  }

  private static boolean fits(Waiting append, Limits limits, int events, long bytes) {
    return events + (long) append.events() <= limits.events && bytes + append.bytes() <= limits.bytes;
  }

  private void count(A append, int sign) {
    events += sign * append.events();
    bytes += sign * append.bytes();
  }
}
