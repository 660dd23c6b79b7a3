package dev.nodash.storage.postgres;

import static dev.nodash.storage.kit.Samples.EXACT;
import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.event;
import static dev.nodash.storage.postgres.Databases.ask;
import static dev.nodash.storage.postgres.Databases.execute;
import static dev.nodash.storage.postgres.Databases.lock;
import static dev.nodash.storage.postgres.Databases.schema;
import static dev.nodash.storage.postgres.Databases.url;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Event;
import dev.nodash.model.JsonText;
import dev.nodash.model.Tenant;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.kit.CuttingProxy;
import dev.nodash.storage.kit.Samples;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Appends of so many events that they are copied, over a single connection. */
@Timeout(60)
class PostgresCopyTest {
  private static final Duration DEADLINE = Duration.ofSeconds(8);

  private final String schema = schema();
  private final Tenant tenant = Samples.tenant();
  private final List<Event> many = IntStream.range(0, 40).mapToObj(i -> event().at(NOW.plusSeconds(i)).build())
      .toList();
  private PostgresEventStore store;

  @BeforeEach
  void open() {
    store = open(url(schema), SchemaMode.AUTO);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static PostgresEventStore open(String url, SchemaMode mode) {
    return new PostgresEventStore(PostgresDatabase.open(PostgresUrl.parse(url), 1, DEADLINE, mode, true));
  }

  private List<Event> stored() {
    return store.events(tenant, EventReader.Query.all()).rows();
  }

  @Test
  void every_value_is_what_it_was() {
    var odd = new ArrayList<>(many);
    odd.set(0, event().at(Instant.parse("1969-12-31T23:59:59.999Z")).properties(EXACT).build());
    odd.set(1, event().at(NOW.plusMillis(1)).name("naïve \uD83D\uDE00 'quoted\\\"").build());
    assertThat(store.append(tenant, odd)).isEmpty();
    assertThat(stored()).containsExactlyInAnyOrderElementsOf(odd);
  }

  @Test
  void what_was_there_is_told_and_the_rest_is_stored() {
    var other = Samples.tenant();
    store.append(tenant, List.of(many.get(3)));
    assertThat(store.append(tenant, many)).containsExactly(many.get(3).id());
    assertThat(stored()).containsExactlyElementsOf(many);
    for (int i = 0; i < 40; i++) {
      var more = IntStream.range(0, 20).mapToObj(_ -> event().build()).toList();
      assertThat(store.append(other, more)).isEmpty();
      assertThat(store.append(other, more)).hasSize(20);
    }
    assertThat(store.events(other, EventReader.Query.all()).total()).isEqualTo(800);
  }

  @Test
  void one_bad_row_has_all_refused_and_nothing_written_and_nothing_quoted() throws SQLException {
    execute("ALTER TABLE " + schema + ".events ADD CONSTRAINT tame CHECK (event_name <> 'wild')");
    var some = new ArrayList<>(many);
    some.set(20, event().name("wild").properties(new JsonText("{\"secret\":1}")).build());
    assertThatExceptionOfType(DataRefused.class).isThrownBy(() -> store.append(tenant, some))
        .withMessage("PostgreSQL refuses the rows (SQLSTATE 23514, constraint tame)")
        .satisfies(e -> assertThat(String.valueOf(e.getCause())).doesNotContain("secret"));
    assertThat(stored()).isEmpty();
    assertThat(store.append(tenant, many)).isEmpty();
  }

  @Test
  void with_a_policy_for_rows_under_which_nothing_can_be_copied_they_are_inserted() throws SQLException {
    var role = schema + "_writer";
    execute("CREATE ROLE " + role + " LOGIN; GRANT USAGE ON SCHEMA " + schema + " TO " + role + "; GRANT ALL ON ALL "
        + "TABLES IN SCHEMA " + schema + " TO " + role + "; ALTER TABLE " + schema
        + ".events ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON " + schema + ".events TO " + role
        + " USING (true)");
    try (var restricted = open(url(schema).replace("postgres@", role + "@"), SchemaMode.VERIFY)) {
      assertThat(restricted.append(tenant, many)).isEmpty();
      assertThat(restricted.append(tenant, many)).hasSize(many.size());
    }
    assertThat(stored()).containsExactlyElementsOf(many);
  }

  @Test
  void one_that_takes_too_long_is_cancelled_and_has_written_nothing() throws SQLException {
    try (var lock = lock(schema)) {
      assertThatThrownBy(() -> store.append(tenant, many)).isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("57014");
      lock.rollback();
    }
    assertThat(stored()).isEmpty();
    assertThat(store.append(tenant, many)).isEmpty();
  }

  @Test
  void an_engine_that_freezes_under_it_leaves_the_outcome_unknown() throws SQLException {
    try (var lock = lock(schema)) {
      var start = System.nanoTime();
      var appending = CompletableFuture.supplyAsync(() -> store.append(tenant, many));
      while (ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'COPY%" + schema
          + "%'").equals("0")) {
        Thread.onSpinWait();
      }
      PostgresEngine.shared().freeze();
      try {
        assertThatThrownBy(appending::join).isInstanceOf(CompletionException.class)
            .hasCauseInstanceOf(OutcomeUnknown.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(DEADLINE);
      } finally {
        PostgresEngine.shared().thaw();
      }
      lock.rollback();
    }
    store.append(tenant, many);
    assertThat(stored()).containsExactlyElementsOf(many);
  }

  @Test
  void a_connection_that_died_is_not_used_again() throws SQLException {
    store.append(tenant, many.subList(0, 20));
    execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE 'COPY%" + schema + "%'");
    assertThatThrownBy(() -> store.append(tenant, many.subList(20, 40))).isInstanceOf(StoreException.class);
    assertThat(store.append(tenant, many.subList(20, 40))).isEmpty();
    assertThat(stored()).containsExactlyElementsOf(many);
  }

  @Test
  void a_reply_lost_after_the_commit_leaves_each_row_once() {
    try (var proxy = new CuttingProxy(PostgresEngine.shared().port());
        var cut = open(PostgresEngine.url(proxy.port()) + "?currentSchema=" + schema, SchemaMode.VERIFY)) {
      proxy.loseReplyTo("n-lost");
      var some = new ArrayList<>(many);
      some.set(7, event().name("n-lost").build());
      assertThatThrownBy(() -> cut.append(tenant, some)).isInstanceOf(OutcomeUnknown.class);
      assertThat(proxy.lost()).isEqualTo(1);
      assertThat(cut.append(tenant, some)).hasSize(some.size());
      assertThat(stored()).containsExactlyInAnyOrderElementsOf(some);
    }
  }
}
