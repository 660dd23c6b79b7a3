package dev.nodash.storage.flatfile;

import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.AppendQueue.Limits;
import dev.nodash.storage.EventReader.Query;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.flatfile.CrashDisk.Bytes;
import dev.nodash.storage.flatfile.CrashDisk.Names;
import dev.nodash.storage.flatfile.CrashDisk.Op;
import dev.nodash.storage.kit.Concurrently;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What callers are told when the disk fails, fills up or does not answer. */
class EventFaultsTest {
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final Path ROOT = Path.of("/data/events");
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final Duration SOON = Duration.ofMillis(50);
  /** Nothing is brought to the partitions before somebody reads them. */
  private static final Pace SILENT = new Pace(false, Duration.ZERO, Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofDays(1));

  private final Tenant tenant = Tenant.of("acme");
  private final Tenant other = Tenant.of("other");
  private final CrashDisk disk = new CrashDisk(CLOCK);
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() throws Exception {
    disk.hook((_, _) -> {});
    for (var each : opened.reversed()) {
      each.close();
    }
    callers.close();
  }

  private FlatFileEventStore open(CrashDisk on, Duration deadline, Limits limits) {
    var store = starting(on, deadline, limits);
    try {
      assertThat(store.awaitReady(WAIT)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return store;
  }

  private FlatFileEventStore starting(CrashDisk on, Duration deadline, Limits limits) {
    var store = new FlatFileEventStore(on, ROOT, CLOCK, Duration.ofDays(1), 1000, deadline, limits, SILENT);
    opened.add(store);
    return store;
  }

  private FlatFileEventStore open() {
    return open(disk, WAIT, Limits.DEFAULT);
  }

  private List<Event> stored(FlatFileEventStore store) {
    return store.events(tenant, Query.all()).rows();
  }

  private Future<Set<EventId>> appending(FlatFileEventStore store, Tenant to, Event... events) {
    var before = store.writing().waiting();
    var future = callers.submit(() -> store.append(to, List.of(events)));
    eventually(() -> store.writing().waiting() == before + events.length);
    return future;
  }

  private static void eventually(BooleanSupplier condition) {
    var end = System.nanoTime() + WAIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static <E extends Throwable> void assertFails(Future<?> future, Class<E> type) {
    assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(type);
  }

  /** Holds the first force of a segment, so that what comes meanwhile is one round of the writer. */
  private final class Gate implements CrashDisk.Hook {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    @Override
    public void before(Op op, Path path) throws IOException {
      if (op == Op.FORCE && path.toString().endsWith(".wal") && reached.getCount() > 0) {
        reached.countDown();
        Concurrently.await(open);
      }
    }

    /** Sends an event that is held. */
    Future<Set<EventId>> hold(FlatFileEventStore store, Event event) {
      disk.hook(this);
      var held = callers.submit(() -> store.append(tenant, List.of(event)));
      Concurrently.await(reached);
      return held;
    }

    void open() {
      open.countDown();
    }
  }

  private static CrashDisk.Hook failing(Op failing, String suffix) {
    return (op, path) -> {
      if (op == failing && path.toString().endsWith(suffix)) {
        throw new IOException("Input/output error");
      }
    };
  }

  @Nested
  class Failing {

    @Test
    void a_failed_force_ends_the_store_for_good_and_a_restart_helps() {
      var store = open();
      var before = event().build();
      var lost = event().build();
      store.append(tenant, List.of(before));
      assertThat(stored(store)).containsExactly(before);
      disk.hook(failing(Op.FORCE, ".wal"));
      assertThatThrownBy(() -> store.append(tenant, List.of(lost))).isInstanceOf(OutcomeUnknown.class);
      disk.hook((_, _) -> {});
      assertThatThrownBy(() -> store.append(tenant, List.of(lost))).isInstanceOf(StoreUnavailable.class);
      assertThatThrownBy(() -> store.append(other, List.of(lost))).isInstanceOf(StoreUnavailable.class);
      assertThatThrownBy(() -> store.contains(tenant, lost.id())).isInstanceOf(StoreUnavailable.class);
      assertThat(store.isFatal()).isTrue();
      assertThat(store.check().fault().orElseThrow()).contains("cannot force");
      assertThat(stored(store)).containsExactly(before);

      var again = open(disk.survivor(Names.LOST, Bytes.LOST), WAIT, Limits.DEFAULT);
      assertThat(again.isFatal()).isFalse();
      assertThat(again.append(tenant, List.of(before, lost))).containsExactly(before.id());
      assertThat(stored(again)).containsExactlyInAnyOrder(before, lost);
    }

    @Test
    void a_failed_force_of_a_new_name_ends_the_store_before_anything_is_written() {
      var store = open();
      disk.hook(failing(Op.FORCE_FOLDER, ".wal"));
      assertThatThrownBy(() -> store.append(tenant, List.of(event().build()))).isInstanceOf(StoreUnavailable.class);
      assertThat(store.isFatal()).isTrue();
    }

    @Test
    void a_folder_that_cannot_be_opened_refuses_and_does_not_end_the_store() {
      var store = open();
      disk.hook((op, path) -> {
        if (op == Op.FORCE_FOLDER) {
          throw new Disk.NotOpenedException(path, new IOException("Too many open files"));
        }
      });
      var event = event().build();
      assertThatThrownBy(() -> store.append(tenant, List.of(event))).isInstanceOf(StoreUnavailable.class);
      assertThat(store.isFatal()).isFalse();
      disk.hook((_, _) -> {});
      assertThat(store.append(tenant, List.of(event))).isEmpty();
      assertThat(stored(store)).containsExactly(event);
    }

    @Test
    void a_full_disk_refuses_and_takes_events_again_when_space_returns() {
      var store = open();
      var before = event().build();
      var event = event().build();
      store.append(tenant, List.of(before));
      disk.space(100);
      assertThatThrownBy(() -> store.append(tenant, List.of(event))).isInstanceOf(StoreUnavailable.class);
      assertThat(store.check().fault().orElseThrow()).contains("100 bytes left");
      assertThat(store.isFatal()).isFalse();
      assertThat(disk.texts(".wal").getFirst()).endsWith("}\n").doesNotContain(event.id().toString());
      disk.space(Long.MAX_VALUE);
      assertThat(store.append(tenant, List.of(event))).isEmpty();
      assertThat(store.check().fault()).isEmpty();
      assertThat(stored(store)).containsExactlyInAnyOrder(before, event);
    }

    @Test
    void a_failed_write_that_cannot_be_taken_back_ends_the_store() {
      var store = open();
      disk.space(100);
      disk.hook(failing(Op.TRUNCATE, ".wal"));
      assertThatThrownBy(() -> store.append(tenant, List.of(event().build()))).isInstanceOf(OutcomeUnknown.class);
      assertThat(store.isFatal()).isTrue();
      assertThat(stored(store)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Op.class, names = {"CREATE", "WRITE", "CREATE_FOLDER"})
    void a_partition_that_cannot_be_written_waits_and_refuses_nobody(Op failing) {
      var store = open();
      var yesterday = event().at(NOW.minus(Duration.ofDays(1))).build();
      var today = event().build();
      disk.hook((op, path) -> {
        if (op == failing && !path.toString().contains(".wal")) {
          throw new IOException("Permission denied");
        }
      });
      assertThat(store.append(tenant, List.of(yesterday, today))).isEmpty();
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> stored(store)).isInstanceOf(StoreUnavailable.class);
        assertThat(store.check().fault().orElseThrow()).contains("behind the journal", "Permission denied");
      }
      assertThat(store.append(tenant, List.of(today))).containsExactly(today.id());
      assertThat(store.isFatal()).isFalse();
      disk.hook((_, _) -> {});
      assertThat(stored(store)).containsExactlyInAnyOrder(yesterday, today);
      assertThat(store.check().fault()).isEmpty();
    }

    @Test
    void a_disk_that_fills_up_behind_the_journal_leaves_every_event_once() {
      var store = open();
      var events = Stream.generate(() -> event().build()).limit(20).toList();
      store.append(tenant, events);
      for (int space = 1; space < 3000; space += 250) {
        disk.space(space);
        try {
          assertThat(stored(store)).containsExactlyInAnyOrderElementsOf(events);
        } catch (StoreUnavailable e) {
          assertThat(store.isFatal()).isFalse();
        }
      }
      disk.space(Long.MAX_VALUE);
      assertThat(stored(store)).containsExactlyInAnyOrderElementsOf(events);
    }
  }

  @Nested
  class Waiting {

    @Test
    void sixty_four_callers_are_one_write_and_one_force() throws Exception {
      var store = open();
      var gate = new Gate();
      var held = gate.hold(store, event().build());
      var futures = IntStream.range(0, 64).mapToObj(_ -> appending(store, tenant, event().build())).toList();
      var before = disk.log().size();
      gate.open();
      held.get();
      for (var future : futures) {
        assertThat(future.get()).isEmpty();
      }
      assertThat(disk.log().subList(before, disk.log().size())).hasSize(3).satisfies(
          log -> assertThat(log.get(1)).contains("WRITE"), log -> assertThat(log.get(2)).contains("FORCE"));
    }

    @Test
    void a_second_caller_of_the_same_event_waits_for_the_force_of_the_first() throws Exception {
      var store = open();
      var gate = new Gate();
      var held = gate.hold(store, event().build());
      var event = event().build();
      var first = appending(store, tenant, event);
      var second = appending(store, tenant, event);
      var forcing = new Gate();
      disk.hook(forcing);
      gate.open();
      Concurrently.await(forcing.reached);
      assertThat(second.isDone()).isFalse();
      assertThat(store.contains(tenant, event.id())).isFalse();
      forcing.open();
      assertThat(first.get()).isEmpty();
      assertThat(second.get()).containsExactly(event.id());
      assertThat(held.get()).isEmpty();
    }

    @Test
    void a_full_queue_refuses_at_once_but_for_what_is_stored_already() throws Exception {
      var store = open(disk, WAIT, new Limits(2, 1 << 20));
      var stored = event().build();
      store.append(tenant, List.of(stored));
      var gate = new Gate();
      var held = gate.hold(store, event().build());
      var waits = appending(store, tenant, event().build(), event().build());
      assertThatThrownBy(() -> store.append(tenant, List.of(event().build()))).isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("queue is full: 2 events");
      assertThat(store.append(tenant, List.of(stored))).containsExactly(stored.id());
      assertThatThrownBy(() -> store.append(tenant, List.of(stored, event().build())))
          .isInstanceOf(StoreUnavailable.class);
      gate.open();
      assertThat(held.get()).isEmpty();
      assertThat(waits.get()).isEmpty();
      assertThat(store.append(tenant, List.of(event().build()))).isEmpty();
    }

    @Test
    void a_queue_of_too_many_bytes_refuses_at_once() throws Exception {
      var store = open(disk, WAIT, new Limits(100, 300));
      var gate = new Gate();
      var held = gate.hold(store, event().build());
      var waits = appending(store, tenant, event().name("x".repeat(200)).build());
      assertThatThrownBy(() -> store.append(tenant, List.of(event().build()))).isInstanceOf(StoreUnavailable.class);
      gate.open();
      assertThat(held.get()).isEmpty();
      assertThat(waits.get()).isEmpty();
    }

    @Test
    void at_the_deadline_what_waits_is_withdrawn_and_what_is_being_written_is_unknown() {
      var store = open(disk, SOON, Limits.DEFAULT);
      var written = event().build();
      var withdrawn = event().build();
      var gate = new Gate();
      var held = gate.hold(store, written);
      assertThatThrownBy(() -> store.append(tenant, List.of(withdrawn))).isInstanceOf(StoreUnavailable.class);
      assertFails(held, OutcomeUnknown.class);
      gate.open();
      eventually(() -> store.contains(tenant, written.id()));
      assertThat(stored(store)).containsExactly(written);
      assertThat(store.writing().waiting()).isZero();
    }

    @Test
    void an_interrupted_caller_does_not_disturb_the_others() throws Exception {
      var store = open();
      var gate = new Gate();
      var held = gate.hold(store, event().build());
      var interrupted = appending(store, tenant, event().build());
      interrupted.cancel(true);
      gate.open();
      assertThat(held.get()).isEmpty();
      assertThat(store.append(tenant, List.of(event().build()))).isEmpty();
      assertThat(stored(store)).hasSize(3);
    }

    @Test
    void close_writes_what_waits_and_takes_nothing_more() throws Exception {
      var store = open();
      var gate = new Gate();
      var held = gate.hold(store, event().build());
      var waits = appending(store, tenant, event().build());
      var closing = callers.submit(store::close);
      eventually(() -> !store.check().isHealthy());
      gate.open();
      closing.get();
      assertThat(held.get()).isEmpty();
      assertThat(waits.get()).isEmpty();
      assertThatThrownBy(() -> store.append(tenant, List.of(event().build()))).isInstanceOf(StoreUnavailable.class);
      store.close();
      assertThat(open()).satisfies(again -> assertThat(stored(again)).hasSize(2));
    }
  }

  @Nested
  class Starting {

    @Test
    void nothing_is_taken_until_the_index_is_rebuilt() throws Exception {
      var event = event().build();
      open().append(tenant, List.of(event));
      var after = disk.afterKill();
      var start = new CountDownLatch(1);
      after.hook((op, path) -> {
        if (path.toString().endsWith(".jsonl")) {
          Concurrently.await(start);
        }
      });
      var store = starting(after, WAIT, Limits.DEFAULT);
      assertThatThrownBy(() -> store.append(tenant, List.of(event))).isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("being rebuilt");
      assertThatThrownBy(() -> store.contains(tenant, event.id())).isInstanceOf(StoreUnavailable.class);
      assertThat(store.check().fault().orElseThrow()).contains("being rebuilt");
      assertThat(store.isFatal()).isFalse();
      start.countDown();
      assertThat(store.awaitReady(WAIT)).isTrue();
      assertThat(store.check().fault()).isEmpty();
      assertThat(store.append(tenant, List.of(event))).containsExactly(event.id());
    }

    @Test
    void an_index_that_cannot_be_rebuilt_takes_nothing() throws Exception {
      open().append(tenant, List.of(event().build()));
      var after = disk.afterKill();
      after.hook(failing(Op.FORCE, ".jsonl"));
      var store = starting(after, WAIT, Limits.DEFAULT);
      assertThat(store.awaitReady(WAIT)).isTrue();
      assertThatThrownBy(() -> store.append(tenant, List.of(event().build()))).isInstanceOf(StoreUnavailable.class);
      assertThat(store.isFatal()).isTrue();
    }

    @Test
    void a_store_may_be_closed_while_it_starts() {
      assertThat(starting(disk, WAIT, Limits.DEFAULT)).satisfies(FlatFileEventStore::close);
      assertThat(open().check().fault()).isEmpty();
    }
  }
}
