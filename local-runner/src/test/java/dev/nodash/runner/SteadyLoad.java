package dev.nodash.runner;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Clients that go on, whatever they are answered, until they are told to stop: one message after the other. */
final class SteadyLoad implements AutoCloseable {
  private static final int CLIENTS = 16;
  private static final long PAUSE_NANOS = 10_000_000;
  /** After a refusal, so that there are not thousands to be sent again. */
  private static final long LONG_PAUSE_NANOS = 100_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RunnerProcess runner;
  private final Ledger ledger;
  private final String name;
  private final AtomicLong acknowledged = new AtomicLong();
  private final ConcurrentLinkedQueue<HttpResponse<String>> refused = new ConcurrentLinkedQueue<>();
  private final List<Future<?>> clients = new ArrayList<>();
  private volatile boolean stopped;

  /** Begins to send messages whose ids begin with the name. */
  SteadyLoad(RunnerProcess runner, Ledger ledger, String name) {
    this.runner = runner;
    this.ledger = ledger;
    this.name = name;
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    for (int client = 0; client < CLIENTS; client++) {
      var number = client;
      clients.add(threads.submit(() -> run(number)));
    }
  }

  private void run(int client) {
    for (int i = 0; !stopped; i++) {
      var message = new Message(i % 2 == 0 ? "tenant1" : "tenant2", name + "-" + client + "-" + i, name + client,
          i % 4 == 3, "");
      ledger.sending(message);
      LockSupport.parkNanos(send(message) ? PAUSE_NANOS : LONG_PAUSE_NANOS);
    }
  }

  /** Sends it; answers whether it was acknowledged. */
  boolean send(Message message) {
    try {
      var answer = runner.postAsync(message.path(), message.json(), message.headers()).join();
      if (ledger.answered(message, answer)) {
        acknowledged.incrementAndGet();
        return true;
      }
      refused.add(answer);
      return false;
    } catch (CompletionException e) {
      throw new AssertionError("the runner gave no answer", e);
    }
  }

  /** How many answers were 200 so far. */
  long acknowledged() {
    return acknowledged.get();
  }

  /** The answers that were not. */
  List<HttpResponse<String>> refused() {
    return List.copyOf(refused);
  }

  /** Waits until so many more are acknowledged; answers how long that took. */
  Duration awaitAcknowledged(int more) {
    var target = acknowledged() + more;
    return await(() -> acknowledged() >= target, more + " more acknowledgements");
  }

  /** Waits until so many more are refused; answers how long that took. */
  Duration awaitRefused(int more) {
    var target = refused.size() + more;
    return await(() -> refused.size() >= target, more + " more refusals");
  }

  static Duration await(BooleanSupplier condition, String what) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Override
  public void close() {
    stop();
  }

  /** Stops the clients and waits for their last answers. */
  void stop() {
    stopped = true;
    for (var client : clients) {
      try {
        client.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }
}
