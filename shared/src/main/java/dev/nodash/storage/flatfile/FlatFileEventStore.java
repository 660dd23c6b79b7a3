package dev.nodash.storage.flatfile;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.AppendQueue;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.Page;
import dev.nodash.storage.QueueFull;
import dev.nodash.storage.Receipt;
import dev.nodash.storage.RecentIds;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.flatfile.Append.Entry;
import dev.nodash.storage.flatfile.Append.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events as lines of JSON, one file a tenant and UTC day of the event's timestamp:
 *
 * <pre>
 * {root}/{tenant}/{yyyy}/{MM}/events-{yyyy-MM-dd}.jsonl        one {@link EventLine} each line
 * {root}/{tenant}/{yyyy}/{MM}/events-{yyyy-MM-dd}.jsonl.torn   what power cuts left at its end, never acknowledged
 * {root}/.wal/                                                 the {@link Journal}, empty after a clean end
 * {root}/.events.lock                                          held by the process that owns the folder
 * </pre>
 *
 * <p>An append that returns is durable in the journal, and within a second, or ten where the disk is slow to force, in its
 * partition for whoever reads it. An id that may come again is stored once in the
 * deduplication time or the newest {@code maxIds} of them, also over restarts: after a start nothing is taken until the
 * index is rebuilt. A full disk is {@link StoreUnavailable} and passes when space returns; after a failed force only a
 * restart helps.
 *
 * <p>Limits: one process a folder, on a file system whose fdatasync and locks keep their word (no network share); files
 * are removed or edited by others only while no process owns the folder.
 */
public final class FlatFileEventStore implements EventStore, EventReader {
  private static final Logger LOG = LoggerFactory.getLogger(FlatFileEventStore.class);
  private static final String LOCK = ".events.lock";
  private static final Duration RETRY = Duration.ofSeconds(1);
  /** Bytes of a partition's name. */
  private static final int NAME_ROOM = 64;

  private final DataFolder folder;
  private final Clock clock;
  private final Duration deadline;
  private final RecentIds index;
  private final Journal journal;
  private final EventPages pages;
  private final Recovery recovery;
  private final CountDownLatch recovered = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch ending = new CountDownLatch(1);

  /**
   * Takes the folder and starts to rebuild the index in the background.
   *
   * @param ttl for how long an id is remembered
   * @param maxIds how many ids are remembered at most
   * @param deadline how long an append waits at most
   * @param atOnce whether nothing may be pending after an answer, as where the process is frozen between requests; its
   * appends are written by their callers, so they wait for the disk however long it takes
   * @throws IllegalStateException if the folder cannot be used, or another process or store uses it
   */
  public FlatFileEventStore(Path root, Clock clock, Duration ttl, int maxIds, Duration deadline, boolean atOnce) {
    this(new RealDisk(), root, clock, ttl, maxIds, deadline, AppendQueue.Limits.DEFAULT,
        Pace.of(atOnce));
  }

  FlatFileEventStore(Disk disk, Path root, Clock clock, Duration ttl, int maxIds, Duration deadline,
      AppendQueue.Limits limits, Pace pace) {
    this.clock = clock;
    this.deadline = deadline;
    this.index = new RecentIds(ttl, maxIds);
    this.folder = new DataFolder(disk, root, LOCK);
    this.journal = new Journal(folder, index, clock, limits, deadline, pace);
    this.pages = new EventPages(folder);
    this.recovery = new Recovery(folder, clock.instant().minus(ttl), maxIds);
    Thread.ofPlatform().name("nodash-flatfile-recovery").daemon().start(this::recover);
  }

  @Override
  public Set<EventId> append(Tenant tenant, List<Event> events) {
    return AppendQueue.await(appendAsync(tenant, events));
  }

  @Override
  public CompletableFuture<Set<EventId>> appendAsync(Tenant tenant, List<Event> events) {
    checkReady();
    if (events.isEmpty()) {
      return CompletableFuture.completedFuture(Set.of());
    }
    try {
      return journal.append(new Append(lines(tenant, events)));
    } catch (QueueFull e) {
      // To say that all of it is stored needs no room.
      if (events.stream().allMatch(event -> contains(tenant, event.id()))) {
        return CompletableFuture.completedFuture(events.stream().map(Event::id).collect(Collectors.toSet()));
      }
      throw e;
    }
  }

  @Override
  public boolean waits() {
    return false;
  }

  @Override
  public boolean contains(Tenant tenant, EventId id) {
    checkReady();
    return index.contains(tenant, id, clock.instant());
  }

  @Override
  public Page<Event> events(Tenant tenant, Query query) {
    if (isReady() && !closed.get()) {
      journal.settleForReading();
    }
    return pages.events(tenant, query);
  }

  @Override
  public Deduplicator.Window window(Instant now) {
    return index.window(now);
  }

  @Override
  public Writing writing() {
    return journal.writing();
  }

  /** Waits until the index is rebuilt or cannot be; answers whether that came in time. */
  public boolean awaitReady(Duration timeout) throws InterruptedException {
    return recovered.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public Set<Guarantee> guarantees() {
    return Set.of(Guarantee.SURVIVES_CRASH, Guarantee.ONCE, Guarantee.TELLS_DUPLICATES);
  }

  @Override
  public Health check() {
    if (closed.get()) {
      return Health.unhealthy(folder.root() + " is closed");
    }
    var health = folder.check();
    if (health.isHealthy() && !isReady()) {
      return journal.check().isHealthy()
          ? Health.unhealthy("the index of " + folder.root() + " is being rebuilt")
          : journal.check();
    }
    if (health.isHealthy() && !journal.isAlive()) {
      return Health.unhealthy("the writer of " + folder.root() + " has ended");
    }
    return health.isHealthy() ? journal.check() : health;
  }

  @Override
  public boolean isFatal() {
    return folder.poison().fault().isPresent();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      ending.countDown();
      recovery.stop();
      if (hasEnded() && journal.close()) {
        folder.close();
      } else {
        LOG.error("{} stays locked until the process ends: the disk does not answer", folder.root());
      }
    }
  }

  /** The ids it has stored and remembers, which grow with what it stores. */
  public RecentIds index() {
    return index;
  }

  /** What becomes durable with the events, for a user store beside them. */
  Journal journal() {
    return journal;
  }

  /** The end that both stores share. */
  Poison poison() {
    return folder.poison();
  }

  /** What the journal has of events. */
  static List<Entry> lines(Tenant tenant, List<Event> events) {
    int room = 0;
    for (var event : events) {
      room += Records.OVERHEAD + NAME_ROOM + EventLine.room(event);
    }
    var records = new Records(room);
    var entries = new ArrayList<Entry>(events.size());
    for (var event : events) {
      entries.add(records.add(Kind.LINE, Partition.of(tenant, event.time().timestamp()).name(),
          Optional.of(new Receipt(tenant, event.id(), event.time().receivedAt())),
          out -> EventLine.encode(tenant, event, out)));
    }
    return entries;
  }

  /** Whether it takes events: its journal and its index are as they were. */
  boolean isReady() {
    return recovered.getCount() == 0;
  }

  private boolean hasEnded() {
    try {
      return awaitReady(deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return isReady();
    }
  }

  private void checkReady() {
    if (closed.get()) {
      throw new StoreUnavailable("the store is closed");
    }
    if (!isReady()) {
      throw new StoreUnavailable("the index of " + folder.root() + " is being rebuilt");
    }
    folder.poison().check();
  }

  private void recover() {
    try {
      recoverJournal();
      recovery.fill(index);
      journal.start();
    } catch (Throwable e) {
      // An Error too: without its whole index the store would take duplicates for new events.
      folder.poison().set("cannot rebuild the index of " + folder.root(), e);
    } finally {
      recovered.countDown();
    }
  }

  /** Until there is room for it, say; nothing is taken before. */
  private void recoverJournal() throws IOException, InterruptedException {
    do {
      try {
        journal.recover();
        return;
      } catch (IOException | StoreException e) {
        folder.poison().check();
        LOG.warn("cannot bring the journal of {} to its files yet: {}", folder.root(), e.toString());
      }
    } while (!ending.await(RETRY.toMillis(), TimeUnit.MILLISECONDS));
  }
}
