package dev.nodash.storage.batch;

import static dev.nodash.storage.kit.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.AppendQueue.Limits;
import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.BulkEventStore.Batch;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.kit.Concurrently;
import dev.nodash.storage.kit.EventStoreContract;
import dev.nodash.storage.kit.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BatchingEventStoreTest extends EventStoreContract {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration LINGER = Duration.ofMillis(2);
  private static final int MANY = 64;

  private HeldStore held = new HeldStore();
  private BatchingEventStore store = gathering(held, new Limits(100, 1 << 20), DEADLINE);
  private final Tenant tenant = Samples.tenant();

  private static BatchingEventStore gathering(HeldStore held, Limits batch, Duration deadline) {
    return new BatchingEventStore(held, "the engine", new BatchingEventStore.Rule(batch, LINGER, 1, deadline));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected EventStore store() {
    return store;
  }

  @Override
  protected EventReader reader() {
    return held.memory;
  }

  @Override
  protected EventStore second() {
    return new HeldStore();
  }

  @Override
  protected void crash() {
    store.close();
    held = new HeldStore();
    store = gathering(held, new Limits(100, 1 << 20), DEADLINE);
  }

  private CompletableFuture<Set<EventId>> later(Event event) {
    var answer = new CompletableFuture<Set<EventId>>();
    Thread.ofVirtual().start(() -> {
      try {
        answer.complete(store.append(tenant, List.of(event)));
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    return answer;
  }

  private List<Event> stored() {
    return held.memory.events(tenant, EventReader.Query.all()).rows();
  }

  /** Lets many appends arrive while the engine is busy with one, and then goes on. */
  private List<CompletableFuture<Set<EventId>>> whileBusy(List<Event> events) {
    held.calls.drainPermits();
    var first = later(event().name("first").build());
    while (held.sizes.isEmpty()) {
      Thread.onSpinWait();
    }
    var answers = events.stream().map(this::later).toList();
    while (store.writing().waiting() < Math.min(events.size(), Limits.DEFAULT.events())) {
      Thread.onSpinWait();
    }
    held.calls.release(Integer.MAX_VALUE);
    first.join();
    return answers;
  }

  private static List<Event> events(int count) {
    return IntStream.range(0, count).mapToObj(i -> event().name("n" + i).build()).toList();
  }

  @Nested
  class Gathering {

    @Test
    void what_comes_while_the_engine_is_busy_is_one_batch() {
      assertThat(whileBusy(events(MANY))).allSatisfy(answer -> assertThat(answer.join()).isEmpty());
      assertThat(held.sizes).containsExactly(1, MANY);
      assertThat(stored()).hasSize(MANY + 1);
    }

    @Test
    void a_batch_has_its_bounds() {
      assertThat(whileBusy(events(250))).allSatisfy(answer -> assertThat(answer.join()).isEmpty());
      assertThat(held.sizes).containsExactly(1, 100, 100, 50);
    }

    /** With a linger longer than the deadline, who waits for nobody that comes is not answered in time. */
    private void patiently() {
      store.close();
      held = new HeldStore();
      store = new BatchingEventStore(held, "the engine",
          new BatchingEventStore.Rule(new Limits(100, 1 << 20), DEADLINE.multipliedBy(2), 1, DEADLINE));
    }

    @Test
    void a_lone_client_waits_for_nobody() {
      patiently();
      for (var event : events(5)) {
        assertThat(store.append(tenant, List.of(event))).isEmpty();
      }
      assertThat(held.sizes).containsExactly(1, 1, 1, 1, 1);
    }

    @Test
    void a_batch_waits_for_the_clients_of_the_one_before() {
      patiently();
      var seven = whileBusy(events(7));
      assertThat(later(event().build()).join()).isEmpty();
      assertThat(seven).allSatisfy(answer -> assertThat(answer.join()).isEmpty());
      var eight = events(8).stream().map(BatchingEventStoreTest.this::later).toList();
      assertThat(eight).allSatisfy(answer -> assertThat(answer.join()).isEmpty());
      assertThat(held.sizes).containsExactly(1, 8, 8);
    }

    @Test
    void two_writers_store_two_batches_at_once_and_not_three() {
      store.close();
      held = new HeldStore();
      store = new BatchingEventStore(held, "the engine",
          new BatchingEventStore.Rule(new Limits(100, 1 << 20), Duration.ZERO, 2, DEADLINE));
      held.calls.drainPermits();
      var first = later(event().name("first").build());
      while (held.sizes.size() < 1) {
        Thread.onSpinWait();
      }
      var second = later(event().name("second").build());
      while (held.sizes.size() < 2) {
        Thread.onSpinWait();
      }
      var third = events(5).stream().map(BatchingEventStoreTest.this::later).toList();
      while (store.writing().waiting() < 5) {
        Thread.onSpinWait();
      }
      assertThat(held.sizes).containsExactly(1, 1);
      held.calls.release(Integer.MAX_VALUE);
      assertThat(first.join()).isEmpty();
      assertThat(second.join()).isEmpty();
      assertThat(third).allSatisfy(answer -> assertThat(answer.join()).isEmpty());
      assertThat(stored()).hasSize(7);
    }

    @Test
    void many_writers_do_not_linger() {
      assertThatThrownBy(() -> new BatchingEventStore.Rule(new Limits(100, 1 << 20), LINGER, 2, DEADLINE))
          .hasMessageContaining("writers: 2");
      assertThatThrownBy(() -> new BatchingEventStore.Rule(new Limits(100, 1 << 20), LINGER, 0, DEADLINE))
          .hasMessageContaining("writers: 0");
    }

    @Test
    void tenants_share_a_batch_and_each_is_told_its_own() {
      var id = Samples.id();
      var tenants = IntStream.range(0, 8).mapToObj(i -> Samples.tenant()).toList();
      var answers = Concurrently.run(16,
          i -> store.append(tenants.get(i / 2), List.of(event().name("n" + i).id(id).build())));
      assertThat(answers.stream().filter(Set::isEmpty)).hasSize(8);
      assertThat(answers.stream().filter(Set.of(id)::equals)).hasSize(8);
    }
  }

  @Nested
  class Failing {

    private void refuse(String name) {
      held.fault = batches -> {
        if (batches.stream().map(Batch::events).flatMap(List::stream).anyMatch(e -> e.name().equals(name))) {
          throw new DataRefused("no " + name, new IllegalStateException());
        }
      };
    }

    @Test
    void of_many_requests_the_one_with_bad_data_fails_alone() {
      refuse("n7");
      var answers = whileBusy(events(MANY));
      for (int i = 0; i < MANY; i++) {
        var answer = answers.get(i);
        if (i == 7) {
          assertThatThrownBy(answer::join).hasCauseInstanceOf(DataRefused.class);
        } else {
          assertThat(answer.join()).isEmpty();
        }
      }
      assertThat(stored()).hasSize(MANY).noneMatch(e -> e.name().equals("n7"));
    }

    @Test
    void where_the_engine_names_the_bad_data_the_rest_is_stored_in_one_more_call() {
      held.fault = batches -> {
        var bad = batches.stream().flatMap(batch -> batch.events().stream().filter(e -> e.name().endsWith("7"))
            .map(e -> new BulkEventStore.Key(batch.tenant(), e.id()))).collect(Collectors.toSet());
        if (!bad.isEmpty()) {
          throw new DataRefused("no sevens", bad);
        }
      };
      var answers = whileBusy(events(MANY));
      for (int i = 0; i < MANY; i++) {
        var answer = answers.get(i);
        if (i % 10 == 7) {
          assertThatThrownBy(answer::join).hasCauseInstanceOf(DataRefused.class);
        } else {
          assertThat(answer.join()).isEmpty();
        }
      }
      assertThat(held.sizes).hasSize(3);
    }

    @Test
    void any_other_fault_is_told_to_every_request_of_the_batch() {
      held.fault = batches -> {
        if (batches.size() > 1) {
          throw new OutcomeUnknown("lost");
        }
      };
      assertThat(whileBusy(events(8))).allSatisfy(answer -> assertThatThrownBy(answer::join)
          .isInstanceOf(CompletionException.class).hasCauseInstanceOf(OutcomeUnknown.class));
      held.fault = batches -> {
        throw new IllegalStateException("a bug");
      };
      assertThatThrownBy(() -> store.append(tenant, events(1))).isInstanceOf(OutcomeUnknown.class);
      held.fault = batches -> {};
      assertThat(store.append(tenant, events(1))).isEmpty();
    }

    @Test
    void what_waits_is_bounded_and_one_more_is_told_at_once() {
      held.calls.drainPermits();
      var busy = later(event().build());
      while (held.sizes.isEmpty()) {
        Thread.onSpinWait();
      }
      var waiting = later(event().build());
      while (store.writing().waiting() < 1) {
        Thread.onSpinWait();
      }
      assertThatThrownBy(() -> store.append(tenant, events(Limits.DEFAULT.events())))
          .isInstanceOf(StoreUnavailable.class).hasMessageContaining("the queue is full");
      held.calls.release(Integer.MAX_VALUE);
      assertThat(busy.join()).isEmpty();
      assertThat(waiting.join()).isEmpty();
    }

    @Test
    void one_that_no_writer_took_in_time_is_certainly_not_written_and_one_that_was_taken_may_be() {
      try (var hasty = gathering(held, new Limits(1, 1 << 20), Duration.ofMillis(50))) {
        held.calls.drainPermits();
        var failures = Concurrently.run(2, i -> {
          try {
            return hasty.append(tenant, events(1)).toString();
          } catch (RuntimeException e) {
            return e.getClass().getSimpleName();
          }
        });
        held.calls.release(Integer.MAX_VALUE);
        assertThat(failures).containsExactlyInAnyOrder("OutcomeUnknown", "StoreUnavailable");
      }
    }
  }

  @Test
  void closing_stores_what_waits_and_takes_nothing_more() {
    held.calls.drainPermits();
    var first = later(event().build());
    while (held.sizes.isEmpty()) {
      Thread.onSpinWait();
    }
    var second = later(event().build());
    while (store.writing().waiting() < 1) {
      Thread.onSpinWait();
    }
    held.calls.release(Integer.MAX_VALUE);
    store.close();
    assertThat(first.join()).isEmpty();
    assertThat(second.join()).isEmpty();
    assertThat(held.closed).isTrue();
    assertThatThrownBy(() -> store.append(tenant, events(1))).isInstanceOf(StoreUnavailable.class);
  }
}
