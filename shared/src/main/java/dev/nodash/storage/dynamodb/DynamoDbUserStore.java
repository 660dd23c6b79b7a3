package dev.nodash.storage.dynamodb;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.EventId;
import dev.nodash.model.Identify;
import dev.nodash.model.Tenant;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.Page;
import dev.nodash.storage.PageCollector;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Users as items of one table:
 *
 * <pre>
 * users   shard &lt;tenant&gt;#&lt;0 to 15&gt;, userId      the key
 *         firstSeen, createdBy, version, traits [{key, value, time, event}, …]
 * </pre>
 *
 * A merge reads the item, merges, and puts it back if its version is still the same. Where another process was first, the
 * refusal brings the item as it is now, and the merge is made anew on that. Merges of one user in one process take turns, and
 * those that wait for their turn are made together.
 *
 * <p>Guarantee: a merge that returns is stored, in several data centres; merging again changes nothing.
 *
 * <p>Limits: an item has 400 KiB, so a record may have {@value #LIMIT} bytes. A user whom several processes write all the
 * time may be answered as unavailable, after {@value Tries#MAX} tries.
 */
public final class DynamoDbUserStore implements UserStore, UserReader {
  /** Of the 400 KiB, 4 are left for the key, the version and the names of the attributes. */
  static final long LIMIT = 396 << 10;

  private static final Shape TABLE = new Shape("users", new Shape.Key("shard", Optional.of("userId")), Optional.empty(),
      false);
  private static final int TURNS = 64;

  private final DynamoDbDatabase database;
  /** What waits for its turn. */
  private final ConcurrentHashMap<Key, List<Waiting>> waiting = new ConcurrentHashMap<>();
  private final Lock[] turns = Stream.generate(ReentrantLock::new).limit(TURNS).toArray(Lock[]::new);
  private final AtomicBoolean closed = new AtomicBoolean();

  private record Key(Tenant tenant, UserId user) {}

  private record Waiting(Identify identify, CompletableFuture<Merge> outcome) {
    Waiting(Identify identify) {
      this(identify, new CompletableFuture<>());
    }

    /** What became of it, which is known once its turn has come. */
    Merge told() {
      try {
        return outcome.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof StoreException known ? known : e;
      }
    }
  }

  /** A user as stored, with its version; none yet is version 0. */
  private record Stored(Optional<User> user, long version) {
    static Stored of(Optional<Item> item) {
      return new Stored(item.map(UserItem::user), item.map(UserItem::version).orElse(0L));
    }
  }

  /**
   * Keeps the database open until it is closed.
   *
   * @throws IllegalStateException if the table is not as it must be
   */
  public DynamoDbUserStore(DynamoDbDatabase database) {
    database.prepare(TABLE);
    this.database = database;
    database.retain();
  }

  @Override
  public Merge merge(Tenant tenant, Identify identify) {
    var key = new Key(tenant, identify.userId());
    var mine = new Waiting(identify);
    waiting.compute(key, (_, others) -> {
      var all = others == null ? new ArrayList<Waiting>() : others;
      all.add(mine);
      return all;
    });
    var turn = turns[Math.floorMod(key.hashCode(), TURNS)];
    turn.lock();
    try {
      var taken = waiting.remove(key);
      if (taken != null) {
        mergeAll(key, taken);
      }
    } finally {
      turn.unlock();
    }
    return mine.told();
  }

  private void mergeAll(Key key, List<Waiting> all) {
    try {
      var merges = merged(key, all.stream().map(Waiting::identify).toList(), database.tries());
      for (int i = 0; i < all.size(); i++) {
        all.get(i).outcome().complete(merges.get(i));
      }
    } catch (RuntimeException | Error e) {
      all.forEach(each -> each.outcome().completeExceptionally(e));
    }
  }

  private List<Merge> merged(Key key, List<Identify> identifies, Tries tries) {
    var old = Stored.of(database.get(TABLE, UserItem.key(key.tenant(), key.user())));
    while (true) {
      var merges = new ArrayList<Merge>();
      var user = old.user();
      for (var identify : identifies) {
        var next = user.map(known -> known.with(identify)).orElseGet(() -> User.createdBy(identify));
        if (next.bytes() > LIMIT) {
          merges.add(new Merge.TooLarge(next.bytes(), LIMIT));
        } else {
          merges.add(new Merge.Merged(next.createdBy().equals(identify.eventId())));
          user = Optional.of(next);
        }
      }
      var newer = user.equals(old.user())
          ? Optional.<Stored>empty()
          : put(key.tenant(), user.orElseThrow(), old.version(), tries);
      if (newer.isEmpty()) {
        return merges;
      }
      if (!tries.afterLosing()) {
        throw new StoreUnavailable("DynamoDB: other processes were writing the same user");
      }
      old = newer.get();
    }
  }

  /** Puts the user in place of the version; answers what is there if that is another. */
  private Optional<Stored> put(Tenant tenant, User user, long version, Tries tries) {
    var request = new JsonBuilder().add("TableName", database.table(TABLE))
        .add("Item", UserItem.of(tenant, user, version + 1).json())
        .add("ConditionExpression", version == 0 ? "attribute_not_exists(userId)" : "#version = :version")
        .add("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
    if (version != 0) {
      request.add("ExpressionAttributeNames", new JsonBuilder().add("#version", UserItem.VERSION).end())
          .add("ExpressionAttributeValues", new Item().number(":version", version).json());
    }
    try {
      database.call("PutItem", request.end(), tries);
      return Optional.empty();
    } catch (Fault e) {
      if (!e.is(Fault.CONDITION)) {
        throw e.told(tries.isCertain());
      }
      return Optional.of(Stored.of(e.item()));
    }
  }

  @Override
  public Optional<EventId> createdBy(Tenant tenant, UserId userId) {
    return Stored.of(database.get(TABLE, UserItem.key(tenant, userId))).user().map(User::createdBy);
  }

  @Override
  public Page<User> users(Tenant tenant, Query query) {
    var page = PageCollector.of(query);
    Shards.query(database, TABLE, tenant, item -> page.add(UserItem.user(item)));
    return page.page();
  }

  @Override
  public Set<Guarantee> guarantees() {
    return Set.of(Guarantee.SURVIVES_CRASH, Guarantee.SHARED);
  }

  @Override
  public Health check() {
    return database.check(TABLE);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      database.release();
    }
  }
}
