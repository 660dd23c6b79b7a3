package dev.nodash.storage.clickhouse;

import static dev.nodash.storage.kit.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Event;
import dev.nodash.model.JsonText;
import dev.nodash.model.Tenant;
import dev.nodash.storage.EventReader.Query;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Durability;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Inserts;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Options;
import dev.nodash.storage.kit.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store says while its engine is dead, silent or back again. */
class FaultsTest {
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  /** What a machine under load may add. */
  private static final Duration SLACK = Duration.ofSeconds(1);

  private final ClickHouseEngine engine = ClickHouseEngine.shared();
  private final Tenant tenant = Samples.tenant();
  private ClickHouseEventStore store;

  @BeforeEach
  void open() {
    store = new ClickHouseEventStore(ClickHouseUrl.parse(engine.url()),
        new Options(SchemaMode.AUTO, Inserts.BATCHED, Durability.FSYNC, Optional.empty(), DEADLINE));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private List<Event> all() {
    return store.events(tenant, Query.all()).rows();
  }

  private void append(Event event) {
    store.append(tenant, List.of(event));
  }

  @Test
  void a_killed_engine_is_unavailable_and_back_after_a_restart() {
    var before = event().build();
    append(before);
    engine.kill();
    try {
      // The connection that was open may have carried it.
      assertThatThrownBy(() -> append(event().build())).isInstanceOf(StoreException.class);
      assertThatThrownBy(() -> append(event().build())).isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("cannot be reached");
      assertThatThrownBy(this::all).isInstanceOf(StoreUnavailable.class);
      assertThat(store.check().fault()).isPresent();
    } finally {
      engine.restart();
    }
    assertThat(store.check().fault()).isEmpty();
    var after = event().build();
    append(after);
    assertThat(all()).containsExactlyInAnyOrder(before, after);
  }

  @Test
  void connections_that_a_restart_broke_are_not_noticed() {
    IntStream.range(0, 8).parallel().forEach(_ -> append(event().build()));
    engine.kill();
    engine.restart();
    append(event().build());
    assertThat(all()).hasSize(9);
  }

  @Test
  void a_frozen_engine_leaves_the_outcome_unknown_within_the_deadline() {
    var event = event().build();
    engine.freeze();
    try {
      assertThatThrownBy(() -> inTime(() -> append(event))).isInstanceOf(OutcomeUnknown.class);
      assertThatThrownBy(() -> inTime(this::all)).isInstanceOf(StoreUnavailable.class);
      inTime(() -> assertThat(store.check().fault()).isPresent());
    } finally {
      engine.thaw();
    }
    append(event);
    assertThat(all()).containsExactly(event);
  }

  @Test
  void a_batch_that_a_frozen_engine_does_not_even_take_in_ends_within_the_deadline() {
    var large = new JsonText("\"" + "x".repeat(1 << 20) + "\"");
    var events = IntStream.range(0, 32).mapToObj(_ -> event().properties(large).build()).toList();
    engine.freeze();
    try {
      assertThatThrownBy(() -> inTime(() -> store.append(tenant, events))).isInstanceOf(OutcomeUnknown.class);
    } finally {
      engine.thaw();
    }
  }

  @Test
  void an_interrupted_append_is_of_unknown_outcome_and_stays_interrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> append(event().build())).isInstanceOf(OutcomeUnknown.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void a_closed_store_takes_nothing() {
    store.close();
    store.close();
    assertThatThrownBy(() -> append(event().build())).isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("closed");
    assertThat(store.check().fault()).isPresent();
  }

  private static void inTime(Runnable call) {
    var start = System.nanoTime();
    try {
      call.run();
    } finally {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(DEADLINE.plus(SLACK));
    }
  }
}
