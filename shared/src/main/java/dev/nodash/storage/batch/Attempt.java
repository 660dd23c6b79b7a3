package dev.nodash.storage.batch;

import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Stores some appends at once. */
record Attempt(BulkEventStore store, List<Append> appends) {

  /** Stores them, and answers what tells each of them what became of it. */
  List<Runnable> run() {
    try {
      var answers = store.appendAll(appends.stream().map(Append::batch).toList());
      return IntStream.range(0, appends.size())
          .<Runnable>mapToObj(i -> () -> appends.get(i).outcome().complete(answers.get(i))).toList();
    } catch (DataRefused e) {
      return appends.size() == 1 ? failed(e) : apart(e);
    } catch (StoreException e) {
      return failed(e);
    } catch (RuntimeException | Error e) {
      return failed(new OutcomeUnknown("the batch could not be stored", e));
    }
  }

  /** Stores all but the refused, where the engine says which those are; else one half after the other. */
  private List<Runnable> apart(DataRefused e) {
    var refused = appends.stream().filter(append -> append.has(e.events())).toList();
    if (refused.isEmpty()) {
      int half = appends.size() / 2;
      return both(new Attempt(store, appends.subList(0, half)).run(),
          new Attempt(store, appends.subList(half, appends.size())).run());
    }
    var others = appends.stream().filter(append -> !refused.contains(append)).toList();
    return both(new Attempt(store, refused).failed(e),
        others.isEmpty() ? List.of() : new Attempt(store, others).run());
  }

  private static List<Runnable> both(List<Runnable> some, List<Runnable> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  private List<Runnable> failed(StoreException e) {
    return appends.stream().<Runnable>map(append -> () -> append.outcome().completeExceptionally(e)).toList();
  }
}
