package dev.nodash.storage.flatfile;

import dev.nodash.model.EventId;
import dev.nodash.model.User;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
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
   * @param sure the same, or the one before where nobody knows whether this one is in the journal
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

  /** The user's newest record, if it is in the journal or may be; else it is in the file. */
  Optional<User> read(String target) {
    return Optional.ofNullable(pending.get(target)).map(Pending::user);
  }

  /** The same without what only may be there. */
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
    if (before.filter(it -> it.isSure() && it.user.equals(user)).isPresent()) {
      return event.map(alone -> append(List.of(alone))).orElse(CompletableFuture.completedFuture(Set.of()));
    }
    // Before it is durable, since its file may be replaced as soon as it is.
    pending.put(target, new Pending(user, entry, Optional.of(user)));
    return append(Stream.concat(Stream.of(entry), event.stream()).toList()).exceptionallyComposeAsync(fault -> {
      if (fault instanceof OutcomeUnknown) {
        // It may still come to its file; who merges into the one before would undo it.
        pending.computeIfPresent(target, (_, _) -> new Pending(user, entry, before.flatMap(Pending::sure)));
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
  private CompletableFuture<Set<EventId>> append(List<Entry> entries) {
    try {
      return journal.append(new Append(entries));
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Goes on with the record before, unless that has meanwhile come to its file. */
  private void restore(Path path, String target, Optional<Pending> before) {
    if (before.isPresent() && !isInFile(path, before.get().user)) {
      pending.put(target, before.get());
    } else {
      pending.remove(target);
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
