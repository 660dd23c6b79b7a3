package dev.nodash.middleware;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Identify;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import dev.nodash.storage.Component;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.Owner;
import dev.nodash.storage.RateLimiter;
import dev.nodash.storage.UserStore;
import dev.nodash.storage.flatfile.FlatFileUserStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Real backends that a test can make fail: {@code before} runs ahead of the call that writes, {@code after} behind it,
 * and both may throw or wait.
 */
abstract class Faulty implements Component {
  volatile Runnable before = () -> {};
  volatile Runnable after = () -> {};
  volatile Optional<Health> health = Optional.empty();
  volatile Wait checking = () -> {};
  volatile boolean fatal;
  private final Component real;

  Faulty(Component real) {
    this.real = real;
  }

  /** Lets the calls through again. */
  void heal() {
    before = () -> {};
    after = () -> {};
    health = Optional.empty();
  }

  void sicken() {
    health = Optional.of(Health.unhealthy("refused by /var/lib/secret"));
  }

  /** What a check waits for. */
  interface Wait {
    void await() throws InterruptedException;
  }

  @Override
  public Health check() {
    try {
      checking.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return health.orElseGet(real::check);
  }

  @Override
  public Set<Guarantee> guarantees() {
    return real.guarantees();
  }

  @Override
  public boolean isFatal() {
    return fatal || real.isFatal();
  }

  @Override
  public void close() {
    real.close();
  }

  static final class Events extends Faulty implements EventStore {
    private final EventStore real;

    Events(EventStore real) {
      super(real);
      this.real = real;
    }

    @Override
    public Set<EventId> append(Tenant tenant, List<Event> events) {
      before.run();
      var stored = real.append(tenant, events);
      after.run();
      return stored;
    }

    @Override
    public boolean contains(Tenant tenant, EventId id) {
      return real.contains(tenant, id);
    }

    @Override
    public Deduplicator.Window window(Instant now) {
      return real.window(now);
    }
  }

  static final class Users extends Faulty implements UserStore {
    private final UserStore real;

    Users(UserStore real) {
      super(real);
      this.real = real;
    }

    @Override
    public Merge merge(Tenant tenant, Identify identify) {
      before.run();
      var merge = real.merge(tenant, identify);
      after.run();
      return merge;
    }

    /** As the real one does beside its events, whatever stands between. */
    @Override
    public CompletableFuture<Identified> identifyAsync(Tenant tenant, Identify identify, EventStore store,
        Event event) {
      if (!isBeside(store)) {
        return UserStore.super.identifyAsync(tenant, identify, store, event);
      }
      before.run();
      return real.identifyAsync(tenant, identify, ((Events) store).real, event);
    }

    @Override
    public CompletableFuture<Several> identifyAllAsync(Tenant tenant, Map<EventId, Identify> identifies,
        EventStore store,
        List<Event> events) {
      if (!isBeside(store)) {
        return UserStore.super.identifyAllAsync(tenant, identifies, store, events);
      }
      before.run();
      return real.identifyAllAsync(tenant, identifies, ((Events) store).real, events);
    }

    private boolean isBeside(EventStore store) {
      return store instanceof Events && real instanceof FlatFileUserStore;
    }

    @Override
    public Optional<EventId> createdBy(Tenant tenant, UserId userId) {
      return real.createdBy(tenant, userId);
    }
  }

  static final class Limiter extends Faulty implements RateLimiter {
    private final RateLimiter real;

    Limiter(RateLimiter real) {
      super(real);
      this.real = real;
    }

    @Override
    public Limits limits() {
      return real.limits();
    }

    @Override
    public Decision take(Tenant tenant, Subject subject, int cost, Instant now) {
      before.run();
      return real.take(tenant, subject, cost, now);
    }
  }

  /** {@code before} runs ahead of a claim, {@code after} ahead of a confirm. */
  static final class Claims extends Faulty implements Deduplicator {
    private final Deduplicator real;

    Claims(Deduplicator real) {
      super(real);
      this.real = real;
    }

    @Override
    public Claim claim(Tenant tenant, EventId id, Owner owner, Instant now) {
      before.run();
      return real.claim(tenant, id, owner, now);
    }

    @Override
    public boolean confirm(Tenant tenant, EventId id, Owner owner, Instant now) {
      after.run();
      return real.confirm(tenant, id, owner, now);
    }

    @Override
    public boolean release(Tenant tenant, EventId id, Owner owner) {
      return real.release(tenant, id, owner);
    }

    @Override
    public Window window(Instant now) {
      return real.window(now);
    }
  }
}
