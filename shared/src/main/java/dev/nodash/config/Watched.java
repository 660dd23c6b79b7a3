package dev.nodash.config;

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
import dev.nodash.storage.UserStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store of which only the health is asked. It is opened by the first question, so that a process starts and says what is
 * wrong while the engine is away; nothing can be written to it.
 */
final class Watched implements EventStore, UserStore {
  private final Supplier<? extends Component> open;
  private @Nullable Component opened;

  /**
   * Opens nothing yet.
   *
   * @param open fails with a {@link ConfigurationException} while the engine is away
   */
  Watched(Supplier<? extends Component> open) {
    this.open = open;
  }

  @Override
  public Health check() {
    try {
      return opened().check();
    } catch (ConfigurationException e) {
      return Health.unhealthy(String.join("; ", e.faults()));
    }
  }

  private synchronized Component opened() {
    var component = opened;
    if (component == null) {
      component = open.get();
      opened = component;
    }
    return component;
  }

  @Override
  public Deduplicator.Window window(Instant now) {
    return Deduplicator.Window.UNBOUNDED;
  }

  @Override
  public Set<Guarantee> guarantees() {
    return Set.of();
  }

  @Override
  public synchronized void close() {
    if (opened != null) {
      opened.close();
    }
  }

  @Override
  public Set<EventId> append(Tenant tenant, List<Event> events) {
    throw onlyWatched();
  }

  @Override
  public boolean contains(Tenant tenant, EventId id) {
    throw onlyWatched();
  }

  @Override
  public Merge merge(Tenant tenant, Identify identify) {
    throw onlyWatched();
  }

  @Override
  public Optional<EventId> createdBy(Tenant tenant, UserId userId) {
    throw onlyWatched();
  }

  private static UnsupportedOperationException onlyWatched() {
    return new UnsupportedOperationException("only the health of this store is asked");
  }
}
