package dev.nodash.storage.flatfile;

import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.event;
import static dev.nodash.storage.kit.Samples.id;
import static dev.nodash.storage.kit.Samples.identify;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.model.Event;
import dev.nodash.model.Identify;
import dev.nodash.model.Tenant;
import dev.nodash.model.User;
import dev.nodash.storage.AppendQueue;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore.Merge.Merged;
import dev.nodash.storage.flatfile.CrashDisk.Bytes;
import dev.nodash.storage.flatfile.CrashDisk.Names;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Cuts the power at every operation, also of the start that follows. Whatever the disk kept of what was not forced: what
 * was acknowledged is there exactly once, and so is everything once the clients have sent it all again.
 */
class PowerCutTest {
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final Path EVENTS = Path.of("/data/events");
  private static final Path USERS = Path.of("/data/users");
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final int OPERATIONS_OF_A_START = 30;

  /** Each commit is distributed and settled; a segment has a few, and two or three are settled together; nothing is. */
  static final List<Pace> PACES = List.of(new Pace(true, Duration.ZERO, 1, 1, Duration.ZERO),
      new Pace(false, Duration.ZERO, 500, 1200, Duration.ofDays(1)),
      new Pace(true, Duration.ZERO, Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofDays(1)));

  @ParameterizedTest
  @FieldSource("PACES")
  void events_that_were_acknowledged_are_there_exactly_once(Pace pace) {
    everywhere(new EventsUnderTest(pace));
  }

  @ParameterizedTest
  @FieldSource("PACES")
  void merges_that_were_acknowledged_are_there(Pace pace) {
    everywhere(new UsersUnderTest(pace));
  }

  /** What is done to a disk again and again; {@code A} is what was acknowledged. */
  private interface UnderTest<A> {

    /** Makes every call once, whatever becomes of it, and answers what was acknowledged. */
    A run(CrashDisk disk);

    /** Starts on the disk, makes sure of what was acknowledged, makes every call again and makes sure of all of it. */
    void check(CrashDisk disk, A acknowledged);
  }

  private static <A> void everywhere(UnderTest<A> test) {
    new Everywhere<>(test).run();
  }

  /** Every operation, and every disk that the next start may find; those that are the same once. */
  private static final class Everywhere<A> {
    private final UnderTest<A> test;
    private final Set<List<Object>> seen = new HashSet<>();

    Everywhere(UnderTest<A> test) {
      this.test = test;
    }

    void run() {
      var whole = new CrashDisk(CLOCK);
      var all = test.run(whole);
      var operations = whole.log().size();
      assertThat(operations).isGreaterThan(20);
      for (int n = 0; n <= operations; n++) {
        var disk = new CrashDisk(CLOCK).cutAt(n);
        var acknowledged = test.run(disk);
        for (var state : states(disk).entrySet()) {
          try {
            if (isNew("second", state.getValue(), acknowledged)) {
              checkTwice(state.getValue(), acknowledged, all);
            }
            if ((state.getKey().endsWith("killed") || state.getKey().endsWith("TORN"))
                && isNew("start", state.getValue(), acknowledged)) {
              cutTheNextStart(state.getValue(), acknowledged);
            }
          } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("cut at " + n + ", then " + state.getKey() + "; " + disk.log(), e);
          }
        }
      }
      assertThat(seen).hasSizeGreaterThan(operations);
    }

    private static Map<String, CrashDisk> states(CrashDisk disk) {
      var states = new LinkedHashMap<String, CrashDisk>();
      states.put("process killed", disk.afterKill());
      for (var names : Names.values()) {
        for (var bytes : Bytes.values()) {
          states.put("names " + names + " bytes " + bytes, disk.survivor(names, bytes));
        }
      }
      return states;
    }

    /** Whether no disk that holds the same, forced and not forced, has come to this question yet. */
    private boolean isNew(String question, CrashDisk disk, A acknowledged) {
      return seen.add(List.of(question, disk.files(), disk.survivor(Names.LOST, Bytes.LOST).files(), acknowledged));
    }

    /** The second time after the power was cut right behind the last acknowledgement. */
    private void checkTwice(CrashDisk state, A acknowledged, A all) {
      var disk = state.afterKill();
      test.check(disk, acknowledged);
      test.check(disk.survivor(Names.LOST, Bytes.LOST), all);
    }

    private void cutTheNextStart(CrashDisk state, A acknowledged) {
      for (int n = 0; n < OPERATIONS_OF_A_START; n++) {
        var disk = state.afterKill().cutAt(n);
        test.run(disk);
        for (var survivor : List.of(disk.survivor(Names.LOST, Bytes.LOST), disk.survivor(Names.KEPT, Bytes.TORN))) {
          if (isNew("first", survivor, acknowledged)) {
            test.check(survivor, acknowledged);
          }
        }
      }
    }
  }

  private static final class EventsUnderTest implements UnderTest<Set<Event>> {
    private final Pace pace;
    private static final Tenant PLAIN = Tenant.of("acme");
    private static final Tenant HASHED = Tenant.of("Acme");
    private final Event first = event().build();
    private final Event second = event().build();
    private final Event lastMonth = event().at(NOW.minus(Duration.ofDays(1))).build();
    private final Event last = event().build();
    private final Event fiveDaysAgo = event().at(NOW.minus(Duration.ofDays(5))).build();

    private record Call(Tenant tenant, List<Event> events) {}

    EventsUnderTest(Pace pace) {
      this.pace = pace;
    }

    /** A new tenant, a new month beside an open day, a retry, another tenant, a retry beside something new. */
    private final List<Call> calls = List.of(new Call(PLAIN, List.of(first)),
        new Call(PLAIN, List.of(second, lastMonth)), new Call(PLAIN, List.of(second)),
        new Call(HASHED, List.of(fiveDaysAgo)), new Call(PLAIN, List.of(first, last)));

    @Override
    public Set<Event> run(CrashDisk disk) {
      var acknowledged = new HashSet<Event>();
      try (var store = open(disk)) {
        for (var call : calls) {
          try {
            store.append(call.tenant, call.events);
            acknowledged.addAll(call.events);
          } catch (StoreException e) {
            // Not acknowledged.
          }
        }
      } catch (IllegalStateException e) {
        // The power was cut before the store was open.
      }
      return acknowledged;
    }

    @Override
    public void check(CrashDisk disk, Set<Event> acknowledged) {
      try (var store = open(disk)) {
        assertThat(store.check().fault()).isEmpty();
        assertThat(stored(store)).containsAll(acknowledged).doesNotHaveDuplicates();
        for (var call : calls) {
          for (var event : call.events) {
            assertThat(store.contains(call.tenant, event.id()) || !acknowledged.contains(event)).isTrue();
          }
          store.append(call.tenant, call.events);
        }
        assertThat(stored(store)).containsExactlyInAnyOrder(first, second, lastMonth, last, fiveDaysAgo);
        for (var call : calls) {
          assertThat(store.append(call.tenant, call.events)).containsAll(call.events.stream().map(Event::id).toList());
        }
      }
      var lines = String.join("", disk.texts(".jsonl"));
      for (var event : List.of(first, second, lastMonth, last, fiveDaysAgo)) {
        assertThat(lines.split(event.id().toString(), -1)).hasSize(2);
      }
    }

    private FlatFileEventStore open(CrashDisk disk) {
      var store = new FlatFileEventStore(disk, EVENTS, CLOCK, Duration.ofDays(1), 1000, WAIT,
          AppendQueue.Limits.DEFAULT, pace);
      try {
        while (!store.awaitReady(Duration.ofMillis(1)) && !store.check().toString().contains("the power is off")) {
          Thread.onSpinWait();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return store;
    }

    private static List<Event> stored(EventReader reader) {
      var all = new ArrayList<>(reader.events(PLAIN, EventReader.Query.all()).rows());
      all.addAll(reader.events(HASHED, EventReader.Query.all()).rows());
      return all;
    }
  }

  private static final class UsersUnderTest implements UnderTest<Set<Identify>> {
    private static final Tenant TENANT = Tenant.of("Acme");
    private final Pace pace;

    /** A new tenant and user, an update, another user, a trait more, and a retry of each. */
    private final List<Identify> identifies = List.of(identify("u", Map.of("a", "1", "b", "1")),
        identify("u", Map.of("b", "2"), NOW.plusSeconds(1), id()), identify("Ü", Map.of("c", "1")),
        identify("u", Map.of("d", "1")));

    UsersUnderTest(Pace pace) {
      this.pace = pace;
    }

    @Override
    public Set<Identify> run(CrashDisk disk) {
      var acknowledged = new HashSet<Identify>();
      try (var store = new FlatFileUserStore(disk, USERS, CLOCK, WAIT, pace)) {
        for (int i = 0; i < identifies.size() * 2; i++) {
          var identify = identifies.get(i / 2);
          try {
            store.merge(TENANT, identify);
            acknowledged.add(identify);
          } catch (StoreException e) {
            // Not acknowledged.
          }
        }
      } catch (IllegalStateException e) {
        // The power was cut before the store was open.
      }
      return acknowledged;
    }

    @Override
    public void check(CrashDisk disk, Set<Identify> acknowledged) {
      try (var store = new FlatFileUserStore(disk, USERS, CLOCK, WAIT, pace)) {
        for (var identify : acknowledged) {
          var user = user(store, identify);
          assertThat(user.with(identify)).isEqualTo(user);
        }
        for (var identify : identifies) {
          assertThat(store.merge(TENANT, identify)).isInstanceOf(Merged.class);
        }
        var all = store.users(TENANT, UserReader.Query.all()).rows();
        assertThat(all).extracting(User::id).containsExactly(identifies.get(0).userId(), identifies.get(2).userId());
        for (var identify : identifies) {
          var user = user(store, identify);
          assertThat(user.with(identify)).isEqualTo(user);
          assertThat(store.merge(TENANT, identify)).isEqualTo(new Merged(user.createdBy().equals(identify.eventId())));
        }
      }
    }

    private static User user(UserReader reader, Identify identify) {
      return reader.users(TENANT, UserReader.Query.one(identify.userId())).rows().getFirst();
    }
  }
}
