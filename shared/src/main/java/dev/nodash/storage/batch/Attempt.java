package dev.nodash.storage.batch;

import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Stores some appends at once. */
record Attempt(BulkEventStore store, List<Append> appends) {

  /** Stores them, and answers what tells each of them what became of it. */
  List<Runnable> run() {
    try {
      var answers = store.appendAll(appends.stream().map(Append::batch).toList());
      return IntStream.range(0, appends.size())
          .<Runnable>mapToObj(i -> () -> appends.get(i).outcome().complete(answers.get(i))).toList();
    } catch (DataRefused e) {
      return appends.size() == 1 ? failed(e) : inHalves();
    } catch (StoreException e) {
      return failed(e);
    } catch (RuntimeException | Error e) {
      return failed(new OutcomeUnknown("the batch could not be stored", e));
    }
  }

  private List<Runnable> inHalves() {
    int half = appends.size() / 2;
    var answers = new ArrayList<>(new Attempt(store, appends.subList(0, half)).run());
    answers.addAll(new Attempt(store, appends.subList(half, appends.size())).run());
    return answers;
  }

  private List<Runnable> failed(StoreException e) {
    return appends.stream().<Runnable>map(append -> () -> append.outcome().completeExceptionally(e)).toList();
  }
}
