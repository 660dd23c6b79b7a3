package dev.nodash.storage.flatfile;

import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.event;
import static dev.nodash.storage.kit.Samples.id;
import static dev.nodash.storage.kit.Samples.identify;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Event;
import dev.nodash.model.Identify;
import dev.nodash.model.JsonText;
import dev.nodash.model.Tenant;
import dev.nodash.model.Trait;
import dev.nodash.model.UserId;
import dev.nodash.storage.AppendQueue;
import dev.nodash.storage.EventReader.Query;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.QueueFull;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore;
import dev.nodash.storage.UserStore.Merge;
import dev.nodash.storage.UserReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a journal and the files behind it do together. */
class JournalTest {
  private static final String DAY = "acme/2026/03/events-2026-03-01.jsonl";
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final Duration TTL = Duration.ofDays(1);

  @TempDir
  private Path root;
  @TempDir
  private Path remains;
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Tenant acme = Tenant.of("acme");

  @AfterEach
  void close() throws Exception {
    for (var each : opened.reversed()) {
      each.close();
    }
  }

  private FlatFileEventStore open(Path folder, boolean atOnce) {
    var store = new FlatFileEventStore(folder, Clock.fixed(now.get(), ZoneOffset.UTC), TTL, 1000, WAIT, atOnce);
    opened.add(store);
    await(store);
    return store;
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + WAIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static void await(FlatFileEventStore store) {
    try {
      assertThat(store.awaitReady(WAIT)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private List<Event> stored(FlatFileEventStore store) {
    return store.events(acme, Query.all()).rows();
  }

  private List<Path> segments(Path folder) throws IOException {
    try (var files = Files.list(folder.resolve(".wal"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void what_is_acknowledged_comes_to_its_files_though_nobody_asks() throws Exception {
    var events = open(root.resolve("events"), false);
    var users = new FlatFileUserStore(root.resolve("users"), events);
    opened.add(users);
    var event = event().build();
    events.append(acme, List.of(event));
    users.merge(acme, identify("u", Map.of("a", "1")));
    var partition = root.resolve("events").resolve(DAY);
    var user = root.resolve("users/acme/users/u.json");
    await(() -> Files.exists(partition) && Files.exists(user));
    events.append(acme, List.of(event().build()));
    users.close();
    events.close();
    assertThat(segments(root.resolve("events"))).as("a clean end leaves the files alone").isEmpty();
    assertThat(Files.readString(partition)).hasLineCount(2).contains(event.id().toString());
    assertThat(Files.readString(user)).contains("\"a\"");
  }

  @Test
  void whatever_the_tenants_events_and_users_cost_a_force_each_and_no_other() {
    var disk = new CrashDisk(Clock.fixed(NOW, ZoneOffset.UTC));
    var silent = new Pace(false, Duration.ZERO, Long.MAX_VALUE, Long.MAX_VALUE, TTL);
    try (
        var events = new FlatFileEventStore(disk, Path.of("/data/events"), clock, TTL, 1000, WAIT,
            AppendQueue.Limits.DEFAULT, silent);
        var users = new FlatFileUserStore(disk, Path.of("/data/users"), events)) {
      await(events);
      events.append(acme, List.of(event().build()));
      int before = disk.log().size();
      for (int i = 0; i < 10; i++) {
        events.append(Tenant.of("tenant" + i), List.of(event().build(), event().at(NOW.minus(TTL)).build()));
        users.merge(Tenant.of("tenant" + i), identify("u", Map.of("a", "1")));
      }
      var since = disk.log().subList(before, disk.log().size());
      assertThat(since).hasSize(40);
      assertThat(since.stream().filter(op -> op.contains(" FORCE "))).hasSize(20).allMatch(op -> op.endsWith(".wal"));
    }
  }

  @Test
  void an_identify_and_its_event_become_durable_together_and_once() {
    var disk = new CrashDisk(Clock.fixed(NOW, ZoneOffset.UTC));
    var silent = new Pace(false, Duration.ZERO, Long.MAX_VALUE, Long.MAX_VALUE, TTL);
    var event = event().build();
    var identify = new Identify(new UserId("u"), Map.of("a", new JsonText("1")), NOW, event.id());
    try (
        var events = new FlatFileEventStore(disk, Path.of("/data/events"), clock, TTL, 1000, WAIT,
            AppendQueue.Limits.DEFAULT, silent);
        var users = new FlatFileUserStore(disk, Path.of("/data/users"), events)) {
      await(events);
      events.append(acme, List.of(event().build()));
      int before = disk.log().size();
      var created = new UserStore.Identified(new Merge.Merged(true), true);
      assertThat(users.identify(acme, identify, events, event)).isEqualTo(created);
      assertThat(disk.log().subList(before, disk.log().size())).filteredOn(op -> op.contains(" FORCE ")).hasSize(1);
      assertThat(users.identify(acme, identify, events, event)).isEqualTo(
          new UserStore.Identified(new Merge.Merged(true), false));
      assertThat(events.events(acme, Query.all()).rows()).hasSize(2).contains(event);
      assertThat(users.users(acme, UserReader.Query.all()).rows()).singleElement()
          .satisfies(user -> assertThat(user.traits()).containsOnlyKeys("a"));
    }
  }

  @Test
  void nobody_is_kept_while_identifies_of_one_user_take_turns_and_wait_for_the_disk() throws Exception {
    var disk = new CrashDisk(Clock.fixed(NOW, ZoneOffset.UTC));
    var silent = new Pace(false, Duration.ZERO, Long.MAX_VALUE, Long.MAX_VALUE, TTL);
    var user = new UserId("u");
    try (
        var events = new FlatFileEventStore(disk, Path.of("/data/events"), clock, TTL, 1000, WAIT,
            AppendQueue.Limits.DEFAULT, silent);
        var users = new FlatFileUserStore(disk, Path.of("/data/users"), events)) {
      await(events);
      var force = new CountDownLatch(1);
      disk.hook((op, path) -> {
        if (op == CrashDisk.Op.FORCE && path.toString().endsWith(".wal")) {
          awaitForce(force);
        }
      });
      var outcomes = new ArrayList<CompletableFuture<UserStore.Identified>>();
      for (var key : List.of("a", "b", "c")) {
        var event = event().build();
        outcomes.add(users.identifyAsync(acme, new Identify(user, Map.of(key, new JsonText("1")), NOW, event.id()),
            events, event));
      }
      var creator = users.createdByAsync(acme, user);
      assertThat(users.waitsBeside(events)).isFalse();
      assertThat(outcomes).noneMatch(CompletableFuture::isDone);
      assertThat(creator).isNotDone();
      force.countDown();
      assertThat(outcomes).extracting(outcome -> outcome.get(WAIT.toSeconds(), TimeUnit.SECONDS).merge())
          .containsExactly(new Merge.Merged(true), new Merge.Merged(false), new Merge.Merged(false));
      assertThat(creator.get(WAIT.toSeconds(), TimeUnit.SECONDS)).isPresent();
      assertThat(users.users(acme, UserReader.Query.all()).rows()).singleElement()
          .satisfies(merged -> assertThat(merged.traits()).containsOnlyKeys("a", "b", "c"));
    }
  }

  @Test
  void aPartitionIsForcedInStepsLongBeforeAllThatChangedIs() {
    var disk = new CrashDisk(Clock.fixed(NOW, ZoneOffset.UTC));
    var silent = new Pace(false, Duration.ZERO, Long.MAX_VALUE, Long.MAX_VALUE, TTL);
    try (var events = new FlatFileEventStore(disk, Path.of("/data/events"), clock, TTL, 1000, WAIT,
        AppendQueue.Limits.DEFAULT, silent)) {
      await(events);
      var large = new JsonText("\"" + "x".repeat(30_000) + "\"");
      for (int i = 0; i < 300; i++) {
        events.append(acme, List.of(event().properties(new JsonText("{\"a\":" + large.value() + "}")).build()));
        if (i % 10 == 0) {
          assertThat(events.events(acme, Query.all()).rows()).isNotEmpty();
        }
      }
      assertThat(disk.log().stream().filter(op -> op.contains(" FORCE ") && op.endsWith(".jsonl"))).hasSize(2);
    }
  }

  @Test
  void theNextSegmentIsPreparedAndDoesNotGrowAsItIsWritten() {
    var disk = new CrashDisk(Clock.fixed(NOW, ZoneOffset.UTC));
    var small = new Pace(false, Duration.ZERO, 300, Long.MAX_VALUE, TTL);
    var sent = new ArrayList<>(List.of(event().build(), event().build()));
    try (var events = new FlatFileEventStore(disk, Path.of("/data/events"), clock, TTL, 1000, WAIT,
        AppendQueue.Limits.DEFAULT, small)) {
      await(events);
      events.append(acme, sent);
      var prepared = disk.texts(".wal").getLast();
      assertThat(prepared).isNotEmpty().containsPattern("^\\x00+$");
      sent.add(event().build());
      events.append(acme, List.of(sent.getLast()));
      assertThat(disk.texts(".wal").getLast()).contains(sent.getLast().id().toString());
      assertThat(disk.files())
          .hasValueSatisfying(new Condition<>(file -> file.limit() == prepared.length(), "as long"));
      assertThat(stored(events)).containsExactlyInAnyOrderElementsOf(sent);
    }
    assertThat(disk.texts(".wal")).as("after a clean end").isEmpty();
  }

  @Test
  void noSegmentIsPreparedWhereTheDiskIsNearlyFull() {
    var disk = new CrashDisk(Clock.fixed(NOW, ZoneOffset.UTC));
    var small = new Pace(false, Duration.ZERO, 300, Long.MAX_VALUE, TTL);
    try (var events = new FlatFileEventStore(disk, Path.of("/data/events"), clock, TTL, 1000, WAIT,
        AppendQueue.Limits.DEFAULT, small)) {
      await(events);
      disk.space(1_000_000);
      events.append(acme, List.of(event().build(), event().build()));
      assertThat(disk.texts(".wal")).allMatch(text -> text.length() < Segment.LEAST_ROOM);
      disk.space(10_000_000);
      events.append(acme, List.of(event().build(), event().build()));
      assertThat(disk.texts(".wal").getLast()).startsWith("\0\0\0\0");
    }
  }

  @Test
  void whatGoesWrongWhileTargetsAreForcedLeavesNoneOfThemUnforced() throws IOException {
    var disk = new CrashDisk(Clock.fixed(NOW, ZoneOffset.UTC));
    var folder = new DataFolder(disk, Path.of("/data"), ".lock");
    var wal = folder.root().resolve(".wal");
    folder.durable().ensureFolder(wal);
    var segment = new Segment(folder, Segments.path(wal, 1));
    var event = event().build();
    segment.append(FlatFileEventStore.lines(acme, List.of(event)), Output.buffer());
    var distribution = new Distribution(folder, new Pace(false, Duration.ZERO, Long.MAX_VALUE, 0, TTL));
    distribution.add(segment);
    distribution.run();
    assertThatThrownBy(() -> distribution.settleIfDue(() -> {
      throw new StoreUnavailable("no room for what came meanwhile");
    })).isInstanceOf(StoreUnavailable.class);
    distribution.settle();
    assertThat(disk.texts(".wal")).isEmpty();
    assertThat(disk.survivor(CrashDisk.Names.LOST, CrashDisk.Bytes.LOST).texts(".jsonl")).singleElement()
        .asString().contains(event.id().toString());
  }

  @Test
  void aDiskWithoutRoomForTheRestIsRidOfWhatIsAtItsTarget() {
    var disk = new CrashDisk(Clock.fixed(NOW, ZoneOffset.UTC));
    var eager = new Pace(false, Duration.ofMillis(1), Long.MAX_VALUE, Long.MAX_VALUE, TTL);
    try (var events = new FlatFileEventStore(disk, Path.of("/data/events"), clock, TTL, 1000, WAIT,
        AppendQueue.Limits.DEFAULT, eager)) {
      await(events);
      var sent = List.of(event().build(), event().build());
      disk.space(1_000_000);
      events.append(acme, sent.subList(0, 1));
      await(() -> disk.texts(".jsonl").toString().contains(sent.getFirst().id().toString()));
      int line = disk.texts(".jsonl").getFirst().length();
      // Enough for the journal, and not for the line at its target as well.
      disk.space(line + line / 2 + 150);
      events.append(acme, sent.subList(1, 2));
      await(() -> disk.texts(".jsonl").getFirst().matches("(.*\n){2}"));
      assertThat(stored(events)).containsExactlyInAnyOrderElementsOf(sent);
    }
  }

  @Test
  void ofSeveralOnlyWhereNoneWasWrittenIsItSaidSo() {
    var disk = new CrashDisk(Clock.fixed(NOW, ZoneOffset.UTC));
    var silent = new Pace(false, Duration.ZERO, Long.MAX_VALUE, Long.MAX_VALUE, TTL);
    var tracked = event().build();
    var identified = event().build();
    var identifies = Map.of(identified.id(),
        new Identify(new UserId("u"), Map.of("a", new JsonText("1")), NOW, identified.id()));
    try (var events = new FlatFileEventStore(disk, Path.of("/data/events"), clock, TTL, 1000, WAIT,
        AppendQueue.Limits.DEFAULT, silent)) {
      await(events);
      var users = new FlatFileUserStore(disk, Path.of("/data/users"), events);
      users.close();
      assertThat(users.identifyAllAsync(acme, identifies, events, List.of(tracked, identified)))
          .failsWithin(WAIT).withThrowableThat().withCauseInstanceOf(OutcomeUnknown.class);
      assertThat(events.events(acme, Query.all()).rows()).containsExactly(tracked);
      assertThat(users.identifyAllAsync(acme, identifies, events, List.of(identified)))
          .failsWithin(WAIT).withThrowableThat().withCauseInstanceOf(StoreUnavailable.class);
    }
  }

  private static void awaitForce(CountDownLatch force) throws IOException {
    try {
      assertThat(force.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void a_user_who_changes_all_the_time_has_his_file_replaced_now_and_then() throws Exception {
    var disk = new CrashDisk(Clock.systemUTC());
    var eager = new Pace(false, Duration.ofMillis(20), 2_000, Long.MAX_VALUE, TTL);
    try (
        var events = new FlatFileEventStore(disk, Path.of("/data/events"), clock, TTL, 1000, WAIT,
            AppendQueue.Limits.DEFAULT, eager);
        var users = new FlatFileUserStore(disk, Path.of("/data/users"), events)) {
      await(events);
      for (int i = 0; i < 500; i++) {
        users.merge(acme, new Identify(new UserId("u"), Map.of("a", new JsonText(Integer.toString(i))),
            NOW.plusMillis(i), id(i)));
      }
      await(() -> disk.log().stream().anyMatch(op -> op.contains("u.json")));
      assertThat(disk.log().stream().filter(op -> op.contains(" RENAME "))).hasSizeLessThan(250);
      assertThat(users.users(acme, UserReader.Query.all()).rows()).singleElement()
          .satisfies(
              user -> assertThat(user.traits().values()).extracting(Trait::value).containsExactly(new JsonText("499")));
    }
  }

  @Test
  void nuls_behind_the_last_record_are_nothing() throws IOException {
    var event = event().build();
    damaged(List.of(event), bytes -> bytes.write(new byte[100_000]));
    assertThat(stored(open(remains, true))).containsExactly(event);
    assertThat(segments(remains)).isEmpty();
  }

  @Test
  void half_a_record_behind_the_last_one_is_kept_aside() throws IOException {
    var event = event().build();
    damaged(List.of(event), bytes -> bytes.write(new byte[]{0, 0, 1, 0, 7, 7, 7, 7, 1, 0}));
    assertThat(stored(open(remains, true))).containsExactly(event);
    assertThat(segments(remains)).singleElement().asString().endsWith("0000000000000001.wal.torn");
  }

  @Test
  void what_follows_a_damaged_record_is_kept_aside_and_what_precedes_it_is_there() throws IOException {
    var events = List.of(event().build(), event().build(), event().build());
    damaged(events, bytes -> {});
    var segment = segments(remains).getFirst();
    var bytes = Files.readAllBytes(segment);
    bytes[bytes.length / 2] ^= 1;
    Files.write(segment, bytes);
    assertThat(stored(open(remains, true))).containsExactly(events.getFirst());
    assertThat(Files.readString(segments(remains).getFirst(), ISO_8859_1))
        .contains(events.getLast().id().toString());
  }

  private interface Damage {
    void to(OutputStream end) throws IOException;
  }

  /** Leaves what a killed process leaves, with a damage at the end of its segment. */
  private void damaged(List<Event> events, Damage damage) throws IOException {
    var store = open(root, true);
    store.append(acme, events);
    Remains.of(root, remains);
    try (var end = Files.newOutputStream(segments(remains).getFirst(), StandardOpenOption.APPEND)) {
      damage.to(end);
    }
  }

  @Test
  void what_cannot_come_to_its_files_is_bounded_and_comes_there_in_the_end() throws IOException {
    var store = open(root, false);
    var obstacle = Files.createDirectories(root.resolve(DAY));
    var large = new JsonText("{\"x\":\"" + "x".repeat(30_000) + "\"}");
    int taken = 0;
    try {
      for (; taken < 5_000; taken++) {
        store.append(acme, List.of(event().properties(large).build()));
      }
    } catch (QueueFull e) {
      assertThat(e).hasMessageContaining("do not keep up");
    }
    assertThat(taken).isBetween(500, 4_999);
    assertThatThrownBy(() -> store.append(acme, List.of(event().build()))).isInstanceOf(QueueFull.class);
    assertThat(store.check().fault().orElseThrow()).contains("behind the journal");
    assertThat(store.isFatal()).isFalse();
    assertThat(segments(root)).as("what cannot be brought behind does not become many files").hasSizeLessThan(20);
    Files.delete(obstacle);
    assertThat(store.events(acme, Query.all()).total()).isEqualTo(taken);
    assertThat(store.append(acme, List.of(event().build()))).isEmpty();
    assertThat(store.check().fault()).isEmpty();
  }

  @Test
  void a_clock_that_is_set_back_or_ahead_makes_no_event_new() throws Exception {
    var event = event().build();
    open(root, false).append(acme, List.of(event));
    for (var shift : List.of(Duration.ofDays(-1), Duration.ofHours(-1), Duration.ofHours(23))) {
      close();
      opened.clear();
      now.set(NOW.plus(shift));
      var store = open(root, false);
      var fresh = event().at(now.get()).build();
      assertThat(store.append(acme, List.of(event, fresh))).containsExactly(event.id());
      assertThat(store.append(acme, List.of(fresh))).containsExactly(fresh.id());
    }
    assertThat(stored((FlatFileEventStore) opened.getFirst())).hasSize(4).doesNotHaveDuplicates();
  }

  @Test
  void a_record_in_the_journal_is_the_user_for_the_next_merge_and_after_a_crash() throws IOException {
    var store = new FlatFileUserStore(root, clock, WAIT, true);
    opened.add(store);
    store.merge(acme, identify("u", Map.of("a", "1")));
    store.merge(acme, identify("u", Map.of("b", "2")));
    assertThat(root.resolve("acme/users/u.json")).doesNotExist();
    Remains.of(root, remains);
    for (var folder : List.of(root, remains)) {
      var each = folder.equals(root) ? store : new FlatFileUserStore(folder, clock, WAIT, true);
      opened.add(each);
      assertThat(each.users(acme, UserReader.Query.one(new UserId("u"))).rows().getFirst().traits())
          .containsOnlyKeys("a", "b");
      assertThat(folder.resolve("acme/users/u.json")).exists();
    }
  }
}
