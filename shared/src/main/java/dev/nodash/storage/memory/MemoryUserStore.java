package dev.nodash.storage.memory;

import dev.nodash.model.EventId;
import dev.nodash.model.Identify;
import dev.nodash.model.Tenant;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import dev.nodash.storage.Cursor;
import dev.nodash.storage.Health;
import dev.nodash.storage.Page;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Users in the heap, for development and tests only: nothing survives the process and nothing is ever let go, so many
 * users end the process.
 *
 * <p>Stored shape, a tenant: a sorted map of user id to record. A merge replaces the record by compare-and-set and
 * starts over if another merge came between.
 */
public final class MemoryUserStore implements UserStore, UserReader {
  private final Map<Tenant, ConcurrentSkipListMap<String, User>> tenants = new ConcurrentHashMap<>();

  @Override
  public Merge merge(Tenant tenant, Identify identify) {
    var users = of(tenant);
    var key = identify.userId().value();
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
    return Optional.ofNullable(of(tenant).get(userId.value())).map(User::createdBy);
  }

  @Override
  public Page<User> users(Tenant tenant, Query query) {
    var after = query.cursor().map(Cursor::user).map(UserId::value);
    var rows = new ArrayList<User>();
    var total = 0L;
    var more = false;
    for (var entry : of(tenant).entrySet()) {
      if (!matches(entry.getValue(), query)) {
        continue;
      }
      total++;
      if (after.isPresent() && entry.getKey().compareTo(after.get()) <= 0) {
        continue;
      }
      if (rows.size() < query.limit()) {
        rows.add(entry.getValue());
      } else {
        more = true;
      }
    }
    return Page.of(rows, total, more, user -> Cursor.of(user.id()));
  }

  @Override
  public Health check() {
    return Health.HEALTHY;
  }

  @Override
  public void close() {
    // nothing is held but memory
  }

  private ConcurrentSkipListMap<String, User> of(Tenant tenant) {
    return tenants.computeIfAbsent(tenant, _ -> new ConcurrentSkipListMap<>());
  }

  private static boolean replaced(Map<String, User> users, String key, @Nullable User old, User next) {
    return old == null ? users.putIfAbsent(key, next) == null : users.replace(key, old, next);
  }

  private static boolean matches(User user, Query query) {
    return query.user().map(user.id()::equals).orElse(true)
        && query.from().map(from -> !user.firstSeen().isBefore(from)).orElse(true)
        && query.to().map(user.firstSeen()::isBefore).orElse(true);
  }
}
