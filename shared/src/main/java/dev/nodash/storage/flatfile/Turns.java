package dev.nodash.storage.flatfile;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Lets what is done to one thing be done one after the other, and keeps nobody waiting meanwhile. Safe for many threads. */
final class Turns {
  private final ConcurrentHashMap<String, CompletableFuture<Void>> last = new ConcurrentHashMap<>();

  /**
   * Begins the work once all that came before it for the same key has ended: at once and in the caller's thread if there is
   * nothing, else on a virtual thread.
   *
   * @return what the work ends with; completed after its turn has ended
   */
  <T> CompletableFuture<T> take(String key, Supplier<CompletableFuture<T>> work) {
    var ended = new CompletableFuture<Void>();
    var before = last.put(key, ended);
    var done = before == null
        ? CompletableFuture.<Void>completedFuture(null).thenCompose(_ -> work.get())
        : before.thenComposeAsync(_ -> work.get(), Thread::startVirtualThread);
    return done.whenComplete((_, _) -> {
      last.remove(key, ended);
      ended.complete(null);
    });
  }

  /** Waits for the turns that have been taken. */
  void await() {
    last.values().forEach(CompletableFuture::join);
  }
}
