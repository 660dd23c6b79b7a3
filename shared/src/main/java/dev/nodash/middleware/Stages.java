package dev.nodash.middleware;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is to be said of stages beyond what they can do themselves. */
final class Stages {
  private Stages() {}

  /** Begins one; what is thrown is a failure of it. */
  static <T> CompletableFuture<T> begin(Supplier<? extends CompletionStage<T>> work) {
    try {
      return work.get().toCompletableFuture();
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Does something once the stage has ended: at once if it has, and else where the caller {@link Endpoint#RESUMES_ON goes on}
   * or on a virtual thread, since it may wait and whoever ends a stage must not.
   */
  static <T> CompletableFuture<T> then(CompletableFuture<T> stage, BiConsumer<T, @Nullable Throwable> action) {
    return stage.isDone()
        ? stage.whenComplete(action)
        : stage.whenCompleteAsync(action, Endpoint.RESUMES_ON.orElse(Thread::startVirtualThread));
  }

  /** What a stage failed with, without what later stages wrap about it. */
  static Throwable cause(Throwable fault) {
    var cause = fault.getCause();
    return fault instanceof CompletionException && cause != null ? cause : fault;
  }
}
