package dev.nodash.storage.flatfile;

import dev.nodash.model.EventId;
import dev.nodash.model.Identify;
import dev.nodash.model.Tenant;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.Page;
import dev.nodash.storage.PageCollector;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users as one file each:
 *
 * <pre>
 * {root}/{tenant}/users/{user}.json         a {@link UserFile}
 * {root}/{tenant}/users/.{user}.json.tmp    one being written; after a crash replaced by the user's next merge
 * {root}/.users.lock                        held by the process that owns the folder
 * </pre>
 *
 * <p>Merges of one user take turns and each replaces the file, so none is lost and a reader sees the record before or
 * after, never between. A merge that returns is durable, also one that found nothing to change. A full disk is
 * {@link StoreUnavailable} and passes when space returns; after a failed force only a restart helps.
 *
 * <p>Limits: one process a folder; a page of users reads all of the tenant's files; a damaged file is never overwritten
 * and keeps its user from being merged until somebody repairs or removes it.
 */
public final class FlatFileUserStore implements UserStore, UserReader {
  private static final Logger LOG = LoggerFactory.getLogger(FlatFileUserStore.class);
  private static final String LOCK = ".users.lock";
  private static final int STRIPES = 256;

  private final DataFolder folder;
  private final UserFiles files;
  private final Lock[] stripes = Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(Lock[]::new);
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Takes the folder.
   *
   * @throws IllegalStateException if the folder cannot be used, or another process or store uses it
   */
  public FlatFileUserStore(Path root) {
    this(new RealDisk(), root);
  }

  FlatFileUserStore(Disk disk, Path root) {
    this.folder = new DataFolder(disk, root, LOCK);
    this.files = new UserFiles(folder);
  }

  @Override
  public Merge merge(Tenant tenant, Identify identify) {
    var path = files.of(tenant, identify.userId());
    var stripe = stripes[Math.floorMod(path.hashCode(), STRIPES)];
    stripe.lock();
    try {
      checkOpen();
      return merge(tenant, path, identify);
    } finally {
      stripe.unlock();
    }
  }

  @Override
  public Optional<EventId> createdBy(Tenant tenant, UserId userId) {
    return read(files.of(tenant, userId)).map(User::createdBy);
  }

  @Override
  public Page<User> users(Tenant tenant, Query query) {
    var page = PageCollector.of(query);
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
    return closed.get() ? Health.unhealthy(folder.root() + " is closed") : folder.check();
  }

  @Override
  public boolean isFatal() {
    return folder.poison().fault().isPresent();
  }

  /** Lets the merges under way finish and lets go of the folder. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      for (var stripe : stripes) {
        stripe.lock();
        try {
          // Whoever had it has finished, and finds the store closed when he comes again.
        } finally {
          stripe.unlock();
        }
      }
      folder.close();
    }
  }

  private Merge merge(Tenant tenant, Path path, Identify identify) {
    var old = read(path);
    var next = old.map(user -> user.with(identify)).orElseGet(() -> User.createdBy(identify));
    if (next.bytes() > MAX_BYTES) {
      return new Merge.TooLarge(next.bytes(), MAX_BYTES);
    }
    if (old.isPresent() && old.get().equals(next)) {
      files.ensure(path);
    } else {
      files.write(path, UserFile.encode(tenant, next));
    }
    return new Merge.Merged(next.createdBy().equals(identify.eventId()));
  }

  private void checkOpen() {
    folder.poison().check();
    if (closed.get()) {
      throw new StoreUnavailable("the store is closed");
    }
  }

  private Optional<User> read(Path path) {
    try {
      return files.read(path);
    } catch (IOException e) {
      throw new StoreUnavailable("cannot read " + path, e);
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
