package dev.nodash.storage.flatfile;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Identify;
import dev.nodash.model.Tenant;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import dev.nodash.storage.AppendQueue;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.Page;
import dev.nodash.storage.PageCollector;
import dev.nodash.storage.RecentIds;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users as one file each:
 *
 * <pre>
 * {root}/{tenant}/users/{user}.json         a {@link UserFile}
 * {root}/{tenant}/users/.{user}.json.tmp    one being written; after a crash replaced by the user's next merge
 * {root}/.wal/                              the {@link Journal}, unless a store of events beside it has one
 * {root}/.users.lock                        held by the process that owns the folder
 * </pre>
 *
 * <p>Merges of one user take turns and each writes the whole record to the journal, so none is lost; the file is replaced
 * behind it, within a second, or ten where the disk is slow to force, and a reader sees the record before or after, never
 * between. A merge that returns is durable. While nobody knows what became of a merge whose deadline has passed, the user's
 * next ones are {@link StoreUnavailable}. Beside a store of events the record and the event that says so are written together
 * or, where the event was stored before, neither.
 * A full disk is {@link StoreUnavailable} and passes when space returns; after a failed force only a restart helps.
 *
 * <p>Limits: one process a folder; a page of users reads all of the tenant's files; a damaged file is never overwritten
 * and keeps its user from being merged until somebody repairs or removes it.
 */
public final class FlatFileUserStore implements UserStore, UserReader {
  private static final Logger LOG = LoggerFactory.getLogger(FlatFileUserStore.class);
  private static final String LOCK = ".users.lock";

  private final DataFolder folder;
  private final UserFiles files;
  private final Journal journal;
  private final Optional<FlatFileEventStore> events;
  private final UserMerges merges;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Takes the folder.
   *
   * @param deadline how long a merge waits at most
   * @param atOnce whether nothing may be pending after an answer, as where the process is frozen between requests
   * @throws IllegalStateException if the folder cannot be used, or another process or store uses it
   */
  public FlatFileUserStore(Path root, Clock clock, Duration deadline, boolean atOnce) {
    this(new RealDisk(), root, clock, deadline, Pace.of(atOnce));
  }

  FlatFileUserStore(Disk disk, Path root, Clock clock, Duration deadline, Pace pace) {
    this.folder = new DataFolder(disk, root, LOCK);
    this.files = new UserFiles(folder);
    this.events = Optional.empty();
    // There are no events here whose ids it could know.
    this.journal = new Journal(folder, new RecentIds(Duration.ofDays(1), 1), clock,
        AppendQueue.Limits.DEFAULT, deadline, pace);
    this.merges = merges();
    try {
      journal.recover();
    } catch (IOException | StoreException e) {
      folder.close();
      throw new IllegalStateException("the data folder " + folder.root() + " cannot be used: " + e.getMessage(), e);
    }
    journal.start();
  }

  /**
   * Takes the folder, beside a store of events that outlives it: what both bring is forced together.
   *
   * @throws IllegalStateException if the folder cannot be used, or another process or store uses it
   */
  public FlatFileUserStore(Path root, FlatFileEventStore events) {
    this(new RealDisk(), root, events);
  }

  FlatFileUserStore(Disk disk, Path root, FlatFileEventStore events) {
    this.folder = new DataFolder(disk, root, LOCK, events.poison());
    this.files = new UserFiles(folder);
    this.events = Optional.of(events);
    this.journal = events.journal();
    this.merges = merges();
  }

  private UserMerges merges() {
    return new UserMerges(files, journal, this::checkOpen, this::checkReady);
  }

  @Override
  public Merge merge(Tenant tenant, Identify identify) {
    return AppendQueue.await(merge(tenant, identify, Optional.empty(), Runnable::run)).merge();
  }

  @Override
  public Identified identify(Tenant tenant, Identify identify, EventStore store, Event event) {
    return isBeside(store)
        ? AppendQueue.await(merge(tenant, identify, Optional.of(event), Runnable::run))
        : UserStore.super.identify(tenant, identify, store, event);
  }

  @Override
  public CompletableFuture<Identified> identifyAsync(Tenant tenant, Identify identify, EventStore store, Event event) {
    return isBeside(store)
        ? merge(tenant, identify, Optional.of(event), Thread::startVirtualThread)
        : UserStore.super.identifyAsync(tenant, identify, store, event);
  }

  @Override
  public CompletableFuture<Several> identifyAllAsync(Tenant tenant, Map<EventId, Identify> identifies, EventStore store,
      List<Event> all) {
    if (!isBeside(store)) {
      return UserStore.super.identifyAllAsync(tenant, identifies, store, all);
    }
    var before = ConcurrentHashMap.<EventId>newKeySet();
    var tooLarge = new ConcurrentHashMap<EventId, Merge.TooLarge>();
    var parts = new ArrayList<CompletableFuture<?>>();
    var others = new ArrayList<Event>();
    for (var event : all) {
      var identify = identifies.get(event.id());
      if (identify == null) {
        others.add(event);
        continue;
      }
      parts.add(begun(() -> identifyAsync(tenant, identify, store, event)).thenAccept(it -> {
        if (it.merge() instanceof Merge.TooLarge refused) {
          tooLarge.put(event.id(), refused);
        } else if (!it.isNew()) {
          before.add(event.id());
        }
      }));
    }
    if (!others.isEmpty()) {
      parts.add(begun(() -> store.appendAsync(tenant, others)).thenAccept(before::addAll));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApply(_ -> new Several(before, tooLarge))
        .exceptionallyCompose(_ -> CompletableFuture.failedFuture(fault(parts)));
  }

  /** What is to be said of all where some failed: that certainly nothing was written only where it is so of each. */
  private static Throwable fault(List<CompletableFuture<?>> parts) {
    var faults = parts.stream().filter(CompletableFuture::isCompletedExceptionally).map(CompletableFuture::exceptionNow)
        .toList();
    return faults.size() == parts.size() && faults.stream().allMatch(StoreUnavailable.class::isInstance)
        ? faults.getFirst()
        : new OutcomeUnknown("some of several may be stored", faults.getFirst());
  }

  /** What cannot even begin fails as what has begun, since its neighbours are under way. */
  private static <T> CompletableFuture<T> begun(Supplier<CompletableFuture<T>> part) {
    try {
      return part.get();
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public boolean waitsBeside(EventStore store) {
    return !isBeside(store);
  }

  private boolean isBeside(EventStore store) {
    return events.filter(store::equals).isPresent();
  }

  /** Merges and makes that durable together with the event, if there is one. */
  private CompletableFuture<Identified> merge(Tenant tenant, Identify identify, Optional<Event> event,
      Executor reader) {
    return merges.merge(tenant, identify, event.map(it -> FlatFileEventStore.lines(tenant, List.of(it)).getFirst()),
        reader);
  }

  @Override
  public Optional<EventId> createdBy(Tenant tenant, UserId userId) {
    return AppendQueue.await(merges.createdBy(tenant, userId, Runnable::run));
  }

  @Override
  public CompletableFuture<Optional<EventId>> createdByAsync(Tenant tenant, UserId userId) {
    return merges.createdBy(tenant, userId, Thread::startVirtualThread);
  }

  @Override
  public Page<User> users(Tenant tenant, Query query) {
    var page = PageCollector.of(query);
    if (!closed.get()) {
      checkReady();
      journal.settleForReading();
    }
    try {
      var paths = query.user().isPresent()
          ? Stream.of(files.of(tenant, query.user().get()))
          : files.all(tenant).stream();
      paths.map(this::readable).flatMap(Optional::stream).forEach(page::add);
    } catch (IOException e) {
      throw new StoreUnavailable("cannot list the users beneath " + folder.root(), e);
    }
    return page.page();
  }

  @Override
  public Set<Guarantee> guarantees() {
    return Set.of(Guarantee.SURVIVES_CRASH);
  }

  @Override
  public Health check() {
    if (closed.get()) {
      return Health.unhealthy(folder.root() + " is closed");
    }
    var health = folder.check();
    return health.isHealthy() ? journal.check() : health;
  }

  @Override
  public boolean isFatal() {
    return folder.poison().fault().isPresent();
  }

  /** Lets the merges under way finish and lets go of the folder. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      merges.await();
      endJournal();
      folder.close();
    }
  }

  /** Another store's journal goes on; what it has of this one is brought to its files before the folder is let go of. */
  private void endJournal() {
    try {
      if (events.isPresent()) {
        journal.settle();
      } else {
        journal.close();
      }
    } catch (IOException | StoreException e) {
      LOG.error("some users of {} are in the journal only, which the next start brings to their files", folder.root(),
          e);
    }
  }

  private void checkOpen() {
    folder.poison().check();
    if (closed.get()) {
      throw new StoreUnavailable("the store is closed");
    }
    checkReady();
  }

  private void checkReady() {
    if (!events.map(FlatFileEventStore::isReady).orElse(true)) {
      throw new StoreUnavailable("the journal beside " + folder.root() + " is being brought to its files");
    }
  }

  private Optional<User> readable(Path path) {
    try {
      return files.read(path);
    } catch (IOException e) {
      LOG.warn("{} is left out", path, e);
      return Optional.empty();
    }
  }
}
