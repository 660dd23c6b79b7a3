package dev.nodash.storage.flatfile;

import dev.nodash.model.EventId;
import dev.nodash.model.Identify;
import dev.nodash.model.Tenant;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.UserStore;
import dev.nodash.storage.UserStore.Identified;
import dev.nodash.storage.UserStore.Merge;
import dev.nodash.storage.flatfile.Append.Entry;
import dev.nodash.storage.flatfile.Append.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Merges into users' records and asks for them, for one user in turns. */
final class UserMerges {
  /** Bytes of a user's record without its traits. */
  private static final int RECORD_ROOM = 512;

  private final UserFiles files;
  private final Journal journal;
  private final Runnable checkOpen;
  private final Runnable checkReady;
  private final PendingUsers pending;
  private final Turns turns = new Turns();

  /**
   * None is under way.
   *
   * @param checkOpen fails where nothing may be merged
   * @param checkReady fails while nobody knows what the journal holds
   */
  UserMerges(UserFiles files, Journal journal, Runnable checkOpen, Runnable checkReady) {
    this.files = files;
    this.journal = journal;
    this.checkOpen = checkOpen;
    this.checkReady = checkReady;
    this.pending = new PendingUsers(journal, files);
  }

  /**
   * Merges and makes that durable together with the event, if there is one.
   *
   * @param reader reads the user's file, where that has the newest record
   */
  CompletableFuture<Identified> merge(Tenant tenant, Identify identify, Optional<Entry> event, Executor reader) {
    var path = files.of(tenant, identify.userId());
    return turns.take(journal.target(path), () -> {
      checkOpen.run();
      return read(pending.read(journal.target(path)), path, reader)
          .thenCompose(before -> write(tenant, identify, path, before, event));
    });
  }

  /** The event that created the user's record, if there is one. */
  CompletableFuture<Optional<EventId>> createdBy(Tenant tenant, UserId userId, Executor reader) {
    var path = files.of(tenant, userId);
    return turns.take(journal.target(path), () -> {
      checkReady.run();
      return read(pending.readSure(journal.target(path)), path, reader).thenApply(user -> user.map(User::createdBy));
    });
  }

  /** Waits for those under way. */
  void await() {
    turns.await();
  }

  private CompletableFuture<Identified> write(Tenant tenant, Identify identify, Path path, Optional<User> before,
      Optional<Entry> event) {
    var next = before.map(user -> user.with(identify)).orElseGet(() -> User.createdBy(identify));
    long bytes = next.bytes();
    if (bytes > UserStore.MAX_BYTES) {
      return CompletableFuture
          .completedFuture(new Identified(new Merge.TooLarge(bytes, UserStore.MAX_BYTES), false));
    }
    var target = journal.target(path);
    var record = new Records(RECORD_ROOM + (int) bytes).add(Kind.FILE, target, Optional.empty(),
        out -> UserFile.encode(tenant, next, out));
    return pending.write(path, target, next, record, event)
        .thenApply(stored -> new Identified(new Merge.Merged(next.createdBy().equals(identify.eventId())),
            stored.isEmpty()));
  }

  /** The user's record; where none waits for its file, that is read. */
  private CompletableFuture<Optional<User>> read(Optional<User> waiting, Path path, Executor reader) {
    return waiting.isPresent()
        ? CompletableFuture.completedFuture(waiting)
        : CompletableFuture.supplyAsync(() -> file(path), reader);
  }

  private Optional<User> file(Path path) {
    try {
      return files.read(path);
    } catch (IOException e) {
      throw new StoreUnavailable("cannot read " + path, e);
    }
  }
}
