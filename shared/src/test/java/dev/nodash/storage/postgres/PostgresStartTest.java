package dev.nodash.storage.postgres;

import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.event;
import static dev.nodash.storage.kit.Samples.identify;
import static dev.nodash.storage.postgres.Databases.ask;
import static dev.nodash.storage.postgres.Databases.execute;
import static dev.nodash.storage.postgres.Databases.schema;
import static dev.nodash.storage.postgres.Databases.url;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.nodash.model.Event;
import dev.nodash.model.EventType;
import dev.nodash.model.Relations;
import dev.nodash.storage.EventReader;
import dev.nodash.model.Tenant;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.kit.Concurrently;
import dev.nodash.storage.kit.Samples;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PostgresStartTest {
  private final Tenant tenant = Samples.tenant();
  private final String schema = schema();

  private static void open(String url, SchemaMode mode) {
    new PostgresEventStore(Databases.open(url, mode)).close();
  }

  @Test
  void many_that_start_at_once_on_an_empty_database_all_start() {
    var answers = Concurrently.run(6, _ -> {
      try (var store = new PostgresEventStore(Databases.open(url(schema)))) {
        return store.append(tenant, List.of(event().build()));
      }
    });
    assertThat(answers).hasSize(6).allMatch(Set::isEmpty);
  }

  @Test
  void a_schema_with_tables_of_others_gets_ours_beside_them() throws SQLException {
    execute("CREATE SCHEMA " + schema + "; CREATE TABLE " + schema + ".theirs (id int)");
    open(url(schema), SchemaMode.AUTO);
    open(url(schema), SchemaMode.VERIFY);
  }

  @Test
  void verifying_changes_nothing_and_says_that_the_tables_are_missing() throws SQLException {
    assertThatIllegalStateException().isThrownBy(() -> open(url(schema), SchemaMode.VERIFY))
        .withMessageContaining("the schema " + schema + " has no tables events and users");
    assertThat(ask("SELECT to_regnamespace('" + schema + "')")).isEqualTo("null");
  }

  @Test
  void verifying_names_what_an_old_table_lacks() throws SQLException {
    open(url(schema), SchemaMode.AUTO);
    execute("ALTER TABLE " + schema + ".events DROP COLUMN context");
    execute("ALTER TABLE " + schema + ".users DROP CONSTRAINT users_pkey");
    assertThatIllegalStateException().isThrownBy(() -> open(url(schema), SchemaMode.VERIFY))
        .withMessageEndingWith("they lack events.context text; users PRIMARY KEY (tenant_id, user_id)");
  }

  @Test
  void tables_of_the_first_version_keep_their_rows_and_get_what_later_ones_have() throws SQLException {
    open(url(schema), SchemaMode.AUTO);
    for (var column : List.of("category", "group_id", "previous_id", "sent_at", "skew_corrected")) {
      execute("ALTER TABLE " + schema + ".events DROP COLUMN " + column);
    }
    execute("DELETE FROM " + schema + ".nodash_schema_history WHERE version = '2'; INSERT INTO " + schema
        + ".events (tenant_id, event_id, event_type, event_name, timestamp, received_at) VALUES ('" + tenant
        + "', gen_random_uuid(), 'track', 'old', now(), now())");
    assertThatIllegalStateException().isThrownBy(() -> open(url(schema), SchemaMode.VERIFY))
        .withMessageContaining("events.group_id text");
    try (var store = new PostgresEventStore(Databases.open(url(schema)))) {
      assertThat(store.events(tenant, EventReader.Query.all()).rows()).extracting(Event::name, Event::relations)
          .containsExactly(tuple("old", Relations.NONE));
      assertThat(store.append(tenant, List.of(event().type(EventType.GROUP).build()))).isEmpty();
    }
  }

  @Test
  void a_foreign_table_of_that_name_is_told_and_nothing_is_made_beside_it() throws SQLException {
    execute("CREATE SCHEMA " + schema + "; CREATE TABLE " + schema + ".events (event_id uuid, tenant_id int)");
    for (var mode : SchemaMode.values()) {
      assertThatIllegalStateException().isThrownBy(() -> open(url(schema), mode))
          .withMessageContaining("not made by it").withMessageContaining("events.tenant_id text")
          .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("events.event_id"));
    }
    assertThat(ask("SELECT to_regclass('" + schema + ".users')")).isEqualTo("null");
  }

  @Test
  void a_user_that_may_only_read_and_write_rows_is_enough_to_run() throws SQLException {
    open(url(schema), SchemaMode.AUTO);
    execute("CREATE ROLE r" + schema + " LOGIN; GRANT USAGE ON SCHEMA " + schema + " TO r" + schema);
    var limited = url(schema).replace("postgres@", "r" + schema + "@");
    assertThatIllegalStateException().isThrownBy(() -> open(limited, SchemaMode.VERIFY))
        .withMessageContaining("they lack GRANT INSERT ON events; GRANT INSERT ON users; GRANT SELECT ON events");
    execute("GRANT SELECT, INSERT, DELETE ON " + schema + ".events TO r" + schema);
    execute("GRANT SELECT, INSERT, UPDATE ON " + schema + ".users TO r" + schema);
    var database = Databases.open(limited, SchemaMode.VERIFY);
    try (var events = new PostgresEventStore(database); var users = new PostgresUserStore(database)) {
      events.append(tenant, List.of(event().build()));
      users.merge(tenant, identify("u", Map.of("a", "1")));
      assertThat(users.merge(tenant, identify("u", Map.of("b", "1")))).isNotNull();
      assertThat(events.deleteBefore(NOW.plusSeconds(1))).isFalse();
    }
  }

  @Test
  void an_engine_that_may_lose_what_it_acknowledged_is_refused_where_that_is_asked_for() throws SQLException {
    var careless = url(schema) + "&options=-c%20synchronous_commit%3Doff";
    assertThatIllegalStateException().isThrownBy(() -> open(careless, SchemaMode.AUTO))
        .withMessageContaining("fsync is on and synchronous_commit is off");
    assertThat(ask("SELECT to_regnamespace('" + schema + "')")).isEqualTo("null");
    var database = PostgresDatabase.open(PostgresUrl.parse(careless), 1, Databases.DEADLINE, SchemaMode.AUTO, false);
    try (var events = new PostgresEventStore(database); var users = new PostgresUserStore(database)) {
      assertThat(events.guarantees()).isNotEmpty().doesNotContain(Guarantee.SURVIVES_CRASH);
      assertThat(users.guarantees()).isNotEmpty().doesNotContain(Guarantee.SURVIVES_CRASH);
    }
  }

  @Test
  void a_database_of_another_encoding_is_refused() throws SQLException {
    execute("CREATE DATABASE " + schema + " TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
    assertThatIllegalStateException()
        .isThrownBy(() -> open(PostgresEngine.shared().url().replaceFirst("postgres$", schema), SchemaMode.AUTO))
        .withMessageContaining("has the encoding LATIN1, must be UTF8");
  }

  @Test
  void one_that_cannot_be_reached_is_told_without_credentials() throws IOException {
    var port = 0;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var away = "postgresql://u:secret@127.0.0.1:" + port + "/app";
    assertThatIllegalStateException().isThrownBy(() -> open(away, SchemaMode.VERIFY))
        .withMessage("postgresql://127.0.0.1:" + port + "/app cannot be reached")
        .withStackTraceContaining("Connection to 127.0.0.1:" + port + " refused");
  }

  @Test
  void one_that_refuses_the_user_or_has_no_such_database_says_so() {
    var url = PostgresEngine.shared().url();
    assertThatIllegalStateException().isThrownBy(() -> open(url.replace("postgres@", "nobody@"), SchemaMode.VERIFY))
        .withMessageEndingWith("refuses the user or the password");
    assertThatIllegalStateException()
        .isThrownBy(() -> open(url.replaceFirst("postgres$", "nowhere"), SchemaMode.VERIFY))
        .withMessageEndingWith("has no such database");
  }

  @Test
  void a_deadline_too_short_to_share_out_and_an_empty_pool_are_refused() {
    var url = PostgresUrl.parse(url(schema));
    assertThatIllegalArgumentException().isThrownBy(
        () -> PostgresDatabase.open(url, 1, Duration.ofMillis(3999), SchemaMode.AUTO, true))
        .withMessageContaining("deadline");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostgresDatabase.open(url, 0, Databases.DEADLINE, SchemaMode.AUTO, true))
        .withMessageContaining("connections");
  }
}
