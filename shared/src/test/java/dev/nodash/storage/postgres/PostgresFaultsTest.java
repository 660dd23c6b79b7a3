package dev.nodash.storage.postgres;

import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.event;
import static dev.nodash.storage.kit.Samples.identify;
import static dev.nodash.storage.postgres.Databases.ask;
import static dev.nodash.storage.postgres.Databases.execute;
import static dev.nodash.storage.postgres.Databases.lock;
import static dev.nodash.storage.postgres.Databases.schema;
import static dev.nodash.storage.postgres.Databases.url;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.JsonText;
import dev.nodash.model.Tenant;
import dev.nodash.storage.BulkEventStore.Batch;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.UserStore.Merge;
import dev.nodash.storage.kit.Concurrently;
import dev.nodash.storage.kit.CuttingProxy;
import dev.nodash.storage.kit.Samples;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PostgresFaultsTest {
  private static final String SCHEMA = schema();
  private static PostgresEventStore store;
  private final Tenant tenant = Samples.tenant();
  private final Event event = event().name("n-" + tenant).build();

  @BeforeAll
  static void open() {
    store = new PostgresEventStore(Databases.open(url(SCHEMA)));
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private List<Event> stored() {
    return store.events(tenant, EventReader.Query.all()).rows();
  }

  private static CompletableFuture<Set<EventId>> appending(PostgresEventStore to, Tenant tenant, Event event) {
    return CompletableFuture.supplyAsync(() -> to.append(tenant, List.of(event)),
        Executors.newVirtualThreadPerTaskExecutor());
  }

  private static void awaitWaiting() throws SQLException {
    var waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%" + SCHEMA
        + "%'";
    while (ask(waiting).equals("0")) {
      Thread.onSpinWait();
    }
  }

  @Test
  void one_bad_row_has_all_refused_and_nothing_written_and_nothing_quoted() throws SQLException {
    var own = schema();
    var database = Databases.open(url(own));
    try (var events = new PostgresEventStore(database); var users = new PostgresUserStore(database)) {
      execute("ALTER TABLE " + own + ".events ADD CONSTRAINT tame CHECK (event_name <> 'wild')");
      execute("ALTER TABLE " + own + ".users ADD CONSTRAINT tame CHECK (user_id <> 'wild')");
      var wild = event().name("wild").properties(new JsonText("{\"secret\":1}")).build();
      assertThatExceptionOfType(DataRefused.class)
          .isThrownBy(() -> events.appendAll(
              List.of(new Batch(tenant, List.of(event)), new Batch(Samples.tenant(), List.of(wild)))))
          .withMessage("PostgreSQL refuses the rows (SQLSTATE 23514, constraint tame)")
          .satisfies(e -> assertThat(String.valueOf(e.getCause())).doesNotContain("secret"));
      assertThat(ask("SELECT count(*) FROM " + own + ".events")).isEqualTo("0");
      assertThatThrownBy(() -> users.merge(tenant, identify("wild", Map.of()))).isInstanceOf(DataRefused.class);
    }
  }

  @Test
  void a_stopped_engine_is_unavailable_soon_and_used_again_when_it_is_back() {
    store.append(tenant, List.of(event));
    PostgresEngine.shared().kill();
    try {
      assertThat(store.check().fault()).isPresent();
      var start = System.nanoTime();
      assertThatThrownBy(() -> store.append(tenant, List.of(event().build()))).isInstanceOf(StoreUnavailable.class)
          .hasMessage("no connection to " + PostgresUrl.parse(url(SCHEMA)));
      assertThatThrownBy(() -> store.contains(tenant, event.id())).isInstanceOf(StoreUnavailable.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Databases.DEADLINE);
    } finally {
      PostgresEngine.shared().restart();
    }
    while (store.check().fault().isPresent()) {
      Thread.onSpinWait();
    }
    assertThat(store.append(tenant, List.of(event))).containsExactly(event.id());
    assertThat(stored()).containsExactly(event);
  }

  @Test
  void an_engine_that_freezes_under_a_statement_leaves_the_outcome_unknown() throws SQLException {
    var deadline = Duration.ofSeconds(8);
    try (var slow = new PostgresEventStore(
        PostgresDatabase.open(PostgresUrl.parse(url(SCHEMA)), 1, deadline, SchemaMode.VERIFY, true));
        var lock = lock(SCHEMA)) {
      var start = System.nanoTime();
      var appending = appending(slow, tenant, event);
      awaitWaiting();
      PostgresEngine.shared().freeze();
      try {
        assertThatThrownBy(appending::join).isInstanceOf(CompletionException.class)
            .hasCauseInstanceOf(OutcomeUnknown.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(deadline);
      } finally {
        PostgresEngine.shared().thaw();
      }
      lock.rollback();
      slow.append(tenant, List.of(event, event().build()));
      assertThat(stored()).hasSize(2).contains(event);
    }
  }

  @Test
  void a_statement_that_takes_too_long_is_cancelled_and_has_written_nothing() throws SQLException {
    try (var lock = lock(SCHEMA)) {
      assertThatThrownBy(() -> store.append(tenant, List.of(event))).isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("57014");
      lock.rollback();
    }
    assertThat(stored()).isEmpty();
  }

  @Test
  void with_all_connections_taken_it_is_unavailable() throws SQLException {
    try (var narrow = new PostgresEventStore(
        PostgresDatabase.open(PostgresUrl.parse(url(SCHEMA)), 1, Duration.ofSeconds(8), SchemaMode.VERIFY, true));
        var lock = lock(SCHEMA)) {
      var first = appending(narrow, tenant, event);
      awaitWaiting();
      assertThatThrownBy(() -> narrow.append(tenant, List.of(event().build()))).isInstanceOf(StoreUnavailable.class);
      lock.rollback();
      assertThat(first.join()).isEmpty();
      assertThat(stored()).containsExactly(event);
    }
  }

  @Test
  void a_reply_lost_after_the_commit_leaves_one_row_however_it_is_sent_again() {
    try (var proxy = new CuttingProxy(PostgresEngine.shared().port())) {
      var database = Databases.open(PostgresEngine.url(proxy.port()) + "?currentSchema=" + SCHEMA);
      try (var events = new PostgresEventStore(database); var users = new PostgresUserStore(database)) {
        proxy.loseReplyTo(event.name());
        assertThatThrownBy(() -> events.append(tenant, List.of(event))).isInstanceOf(OutcomeUnknown.class);
        var other = event().at(NOW.plusSeconds(1)).build();
        assertThat(events.append(tenant, List.of(other, event))).containsExactly(event.id());
        assertThat(stored()).containsExactly(event, other);

        var identify = identify("u-" + tenant, Map.of("a", "1"));
        proxy.loseReplyTo(identify.userId().value());
        assertThatThrownBy(() -> users.merge(tenant, identify)).isInstanceOf(OutcomeUnknown.class);
        assertThat(users.merge(tenant, identify)).isEqualTo(new Merge.Merged(true));
        assertThat(proxy.lost()).isEqualTo(2);
      }
    }
  }

  @Test
  void one_that_only_reads_is_unhealthy_and_takes_nothing() {
    var readOnly = url(SCHEMA) + "&options=-c%20default_transaction_read_only%3Don";
    try (var events = new PostgresEventStore(Databases.open(readOnly, SchemaMode.VERIFY))) {
      assertThat(events.check().fault()).hasValueSatisfying(fault -> assertThat(fault).contains("is read-only"));
      assertThatThrownBy(() -> events.append(tenant, List.of(event))).isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("25006");
    }
  }

  @Test
  void parallel_checks_do_not_disturb_each_other() {
    try (var narrow = new PostgresEventStore(
        PostgresDatabase.open(PostgresUrl.parse(url(SCHEMA)), 1, Databases.DEADLINE, SchemaMode.VERIFY, true))) {
      assertThat(Concurrently.run(40, _ -> narrow.check().fault())).allMatch(Optional::isEmpty);
    }
  }

  @Test
  void closing_lets_a_call_finish_and_the_last_store_closes_for_all() throws SQLException {
    var database = Databases.open(url(SCHEMA));
    var events = new PostgresEventStore(database);
    var users = new PostgresUserStore(database);
    users.close();
    users.close();
    try (var lock = lock(SCHEMA)) {
      var appending = appending(events, tenant, event);
      awaitWaiting();
      var closing = CompletableFuture.runAsync(events::close);
      lock.rollback();
      assertThat(appending.join()).isEmpty();
      closing.join();
    }
    assertThatThrownBy(() -> events.append(tenant, List.of(event))).isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("closed");
    assertThat(events.check().fault()).isPresent();
  }
}
