package dev.nodash.storage.batch;

import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import java.util.List;

/** Stores some appends at once and tells each of them what became of it. */
record Attempt(BulkEventStore store, List<Append> appends) {

  void run() {
    try {
      var answers = store.appendAll(appends.stream().map(Append::batch).toList());
      for (int i = 0; i < appends.size(); i++) {
        appends.get(i).outcome().complete(answers.get(i));
      }
    } catch (DataRefused e) {
      if (appends.size() == 1) {
        fail(e);
      } else {
        part(0, appends.size() / 2);
        part(appends.size() / 2, appends.size());
      }
    } catch (StoreException e) {
      fail(e);
    } catch (RuntimeException | Error e) {
      fail(new OutcomeUnknown("the batch could not be stored", e));
    }
  }

  private void part(int from, int to) {
    new Attempt(store, appends.subList(from, to)).run();
  }

  private void fail(StoreException e) {
    appends.forEach(append -> append.outcome().completeExceptionally(e));
  }
}
