package dev.nodash.storage.flatfile;

import dev.nodash.model.EventId;
import dev.nodash.model.User;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.flatfile.Append.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of users that are in the journal and not in their files yet. Whoever asks for a user or writes one has the
 * user's turn meanwhile.
 */
final class PendingUsers {
  private static final Logger LOG = LoggerFactory.getLogger(PendingUsers.class);

  private final Journal journal;
  private final UserFiles files;
  private final ConcurrentHashMap<String, Pending> pending = new ConcurrentHashMap<>();

  /**
   * The newest record of a user.
   *
   * @param sure the same, or the one before while nobody knows whether this one is in the journal
   */
  private record Pending(User user, Entry entry, Optional<User> sure) {

    boolean isSure() {
      return sure.filter(user::equals).isPresent();
    }
  }

  PendingUsers(Journal journal, UserFiles files) {
    this.journal = journal;
    this.files = files;
    journal.onReplaced(this::replaced);
  }

  /**
   * The user's newest record, if it is in the journal; else it is in the file.
   *
   * @throws StoreUnavailable while nobody knows which is the newest
   */
  Optional<User> read(String target) {
    var newest = Optional.ofNullable(pending.get(target));
    if (newest.filter(it -> !it.isSure()).isPresent()) {
      throw new StoreUnavailable("the record of the user before this one is still being written");
    }
    return newest.map(Pending::user);
  }

  /** The newest of which somebody knows, if it is in the journal. */
  Optional<User> readSure(String target) {
    return Optional.ofNullable(pending.get(target)).flatMap(Pending::sure);
  }

  /**
   * Makes the record durable, and the event with it; neither if the event was stored before.
   *
   * @return the event's id, if it was stored before, once that is done
   */
  CompletableFuture<Set<EventId>> write(Path path, String target, User user, Entry entry, Optional<Entry> event) {
    var before = Optional.ofNullable(pending.get(target));
    if (before.map(Pending::user).filter(user::equals).isPresent()) {
      return event.map(alone -> begun(new Append(List.of(alone)))).orElse(CompletableFuture.completedFuture(Set.of()));
    }
    // Before it is durable, since its file may be replaced as soon as it is.
    pending.put(target, new Pending(user, entry, Optional.of(user)));
    var append = new Append(Stream.concat(Stream.of(entry), event.stream()).toList());
    return begun(append).exceptionallyComposeAsync(fault -> {
      if (fault instanceof OutcomeUnknown) {
        pending.computeIfPresent(target, (_, _) -> new Pending(user, entry, before.flatMap(Pending::sure)));
        var _ = append.end().whenCompleteAsync((stored, end) -> ended(path, target, entry, before, stored, end),
            Thread::startVirtualThread);
      } else {
        restore(path, target, before);
      }
      return CompletableFuture.failedFuture(fault);
    }, Thread::startVirtualThread).thenCompose(stored -> stored.isEmpty()
        ? CompletableFuture.completedFuture(stored)
        : CompletableFuture.supplyAsync(() -> {
          restore(path, target, before);
          return stored;
        }, Thread::startVirtualThread));
  }

  /** What the journal refuses at once is a failure like any other. */
  private CompletableFuture<Set<EventId>> begun(Append append) {
    try {
      return journal.append(append);
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The writer has said what its caller did not wait for; nobody has merged since, unless it is in its file already. */
  private void ended(Path path, String target, Entry entry, Optional<Pending> before, @Nullable Set<EventId> stored,
      @Nullable Throwable fault) {
    if (stored != null && stored.isEmpty()) {
      pending.computeIfPresent(target,
          (_, it) -> it.entry.equals(entry) ? new Pending(it.user, it.entry, Optional.of(it.user)) : it);
    } else if (!(fault instanceof OutcomeUnknown)) {
      restore(path, target, before);
    }
  }

  /** Goes on with the record before, unless that has meanwhile come to its file. */
  private void restore(Path path, String target, Optional<Pending> before) {
    if (before.isEmpty()) {
      pending.remove(target);
      return;
    }
    // In this order, since its file may be replaced in between.
    pending.put(target, before.get());
    if (isInFile(path, before.get().user)) {
      pending.remove(target, before.get());
    }
  }

  private boolean isInFile(Path path, User user) {
    try {
      return files.read(path).filter(user::equals).isPresent();
    } catch (IOException e) {
      LOG.debug("{} cannot be read; the record in the journal counts", path, e);
      return false;
    }
  }

  private void replaced(Map<String, ByteBuffer> written) {
    written.forEach((target, bytes) -> pending.computeIfPresent(target,
        (_, waiting) -> waiting.entry.body().equals(bytes) ? null : waiting));
  }
}
