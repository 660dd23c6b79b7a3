package dev.nodash.storage.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Runs one task a thread, all let go at once, and lets threads wait for each other. */
public final class Concurrently {
  private Concurrently() {}

  /** The answers of tasks 0 to {@code count - 1}, in that order. */
  public static <T> List<T> run(int count, IntFunction<T> task) {
    var start = new CountDownLatch(1);
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      var futures = new ArrayList<Future<T>>();
      for (int i = 0; i < count; i++) {
        var number = i;
        futures.add(threads.submit(() -> {
          start.await();
          return task.apply(number);
        }));
      }
      start.countDown();
      var answers = new ArrayList<T>();
      for (var future : futures) {
        answers.add(future.get());
      }
      return answers;
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for what another thread is sure to do, for 20 seconds at most. */
  public static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody opened the latch");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
