package dev.nodash.storage.memory;

import dev.nodash.model.EventId;
import dev.nodash.model.Identify;
import dev.nodash.model.Tenant;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.Page;
import dev.nodash.storage.PageCollector;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Users in the heap, for development and tests only: nothing survives the process and nothing is ever let go, so many
 * users end the process.
 *
 * <p>Stored shape, a tenant: a map of user id to record. A merge replaces the record by compare-and-set and starts over
 * if another merge came between. A page looks at all users of its tenant.
 */
public final class MemoryUserStore implements UserStore, UserReader, InHeap {
  private final Map<Tenant, Map<UserId, User>> tenants = new ConcurrentHashMap<>();

  @Override
  public Merge merge(Tenant tenant, Identify identify) {
    var users = of(tenant);
    var key = identify.userId();
    while (true) {
      var old = users.get(key);
      var next = old == null ? User.createdBy(identify) : old.with(identify);
      var bytes = next.bytes();
      if (bytes > MAX_BYTES) {
        return new Merge.TooLarge(bytes, MAX_BYTES);
      }
      if (replaced(users, key, old, next)) {
        return new Merge.Merged(next.createdBy().equals(identify.eventId()));
      }
    }
  }

  @Override
  public Optional<EventId> createdBy(Tenant tenant, UserId userId) {
    return Optional.ofNullable(of(tenant).get(userId)).map(User::createdBy);
  }

  @Override
  public boolean waitsBeside(EventStore events) {
    return !(events instanceof InHeap);
  }

  @Override
  public Page<User> users(Tenant tenant, Query query) {
    var page = PageCollector.of(query);
    of(tenant).values().forEach(page::add);
    return page.page();
  }

  private Map<UserId, User> of(Tenant tenant) {
    return tenants.computeIfAbsent(tenant, _ -> new ConcurrentHashMap<>());
  }

  private static boolean replaced(Map<UserId, User> users, UserId key, @Nullable User old, User next) {
    return old == null ? users.putIfAbsent(key, next) == null : users.replace(key, old, next);
  }
}
