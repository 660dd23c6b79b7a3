package dev.nodash.storage.clickhouse;

import static dev.nodash.storage.clickhouse.ClickHouseEventStoreTest.OPTIONS;
import static dev.nodash.storage.kit.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.storage.EventReader.Query;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Durability;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Inserts;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Options;
import dev.nodash.storage.kit.Concurrently;
import dev.nodash.storage.kit.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a start finds in a database and makes of it. */
class SchemaTest {
  private static final String ALL = "events events_raw nodash_schema_versions";
  private static final Options VERIFY = with(SchemaMode.VERIFY, Durability.FSYNC, Optional.empty());

  private final Database database = new Database();

  @AfterEach
  void drop() {
    database.close();
  }

  private static Options with(SchemaMode mode, Durability durability, Optional<Integer> days) {
    return new Options(mode, Inserts.BATCHED, durability, days.map(Duration::ofDays), OPTIONS.deadline());
  }

  private static Options keeping(int days) {
    return with(SchemaMode.AUTO, Durability.FSYNC, Optional.of(days));
  }

  private void start(Options options) {
    database.open(options).close();
  }

  @Test
  void an_empty_database_gets_the_schema_once() {
    start(OPTIONS);
    start(OPTIONS);
    assertThat(database.tables()).isEqualTo(ALL);
    assertThat(database.sql("SELECT version, script FROM %s ORDER BY version", "nodash_schema_versions"))
        .isEqualTo("1\tV1__events.sql\n2\tV2__calls_of_segment.sql");
  }

  @Test
  void several_that_start_at_once_all_start() {
    var stores = Concurrently.run(4, _ -> database.open(keeping(20_000)));
    var tenant = Samples.tenant();
    stores.forEach(store -> store.append(tenant, List.of(event().build())));
    assertThat(stores.getFirst().events(tenant, Query.all()).total()).isEqualTo(4);
    stores.forEach(ClickHouseEventStore::close);
  }

  @Test
  void a_start_that_was_killed_half_way_is_made_up_for() {
    start(OPTIONS);
    database.sql("DROP VIEW %s", "events");
    database.sql("TRUNCATE TABLE %s", "nodash_schema_versions");
    start(OPTIONS);
    assertThat(database.tables()).isEqualTo(ALL);
  }

  @Test
  void tables_of_the_first_version_get_what_later_ones_have() {
    start(OPTIONS);
    database.sql("DROP VIEW %s", "events");
    for (var column : List.of("category", "group_id", "previous_id", "sent_at", "skew_corrected")) {
      database.sql("ALTER TABLE %s DROP COLUMN " + column, "events_raw");
    }
    database.sql("ALTER TABLE %s DELETE WHERE version > 1 SETTINGS mutations_sync = 1", "nodash_schema_versions");
    assertThatIllegalStateException().isThrownBy(() -> start(VERIFY)).withMessageContaining("group_id");
    start(OPTIONS);
    start(VERIFY);
    assertThat(database.sql("SELECT count() FROM %s WHERE group_id = ''", "events")).isEqualTo("0");
  }

  @Test
  void verify_changes_nothing_and_names_what_is_missing() {
    assertThatIllegalStateException().isThrownBy(() -> start(VERIFY)).withMessageContainingAll("V1__events.sql",
        "there is no events_raw", "there is no events");
    assertThat(database.tables()).isEmpty();
    start(OPTIONS);
    start(VERIFY);
  }

  @Test
  void another_ones_table_is_left_alone_and_told() {
    database.sql("CREATE TABLE %s (event_id String, payload String) ENGINE = MergeTree ORDER BY event_id", "events");
    assertThatIllegalStateException().isThrownBy(() -> start(OPTIONS)).withMessageContainingAll(
        "column event_id of events is String and must be UUID", "column tenant_id of events is missing",
        "events is a MergeTree");
    assertThat(database.tables()).isEqualTo("events");
  }

  @Test
  void a_table_with_another_key_is_told() {
    start(OPTIONS);
    var definition = database.sql("SHOW CREATE TABLE %s FORMAT TSVRaw", "events_raw");
    database.sql("DROP TABLE %s", "events_raw");
    database.sql(
        definition.replaceFirst("TABLE \\S+", "TABLE %s").replace("date, event_id)", "date, event_name, event_id)"),
        "events_raw");
    assertThatIllegalStateException().isThrownBy(() -> start(OPTIONS)).withMessageContaining("ordered by tenant_id");
  }

  @Test
  void columns_that_somebody_added_do_no_harm() {
    start(OPTIONS);
    database.sql("ALTER TABLE %s ADD COLUMN plan String DEFAULT JSONExtractString(properties, 'plan')", "events_raw");
    try (var store = database.open()) {
      var tenant = Samples.tenant();
      store.append(tenant, List.of(event().properties(Samples.EXACT).build()));
      assertThat(store.events(tenant, Query.all()).total()).isEqualTo(1);
    }
  }

  @Test
  void forcing_to_disk_is_set_where_it_was_not() {
    start(with(SchemaMode.AUTO, Durability.NONE, Optional.empty()));
    assertThat(database.definition("events_raw")).doesNotContain("fsync");
    assertThatIllegalStateException().isThrownBy(() -> start(VERIFY)).withMessageContaining("fsync_after_insert = 1");
    start(OPTIONS);
    assertThat(database.definition("events_raw")).contains("fsync_after_insert = 1", "fsync_part_directory = 1");
  }

  @Test
  void a_quorum_needs_replicas() {
    assertThatIllegalStateException()
        .isThrownBy(() -> start(with(SchemaMode.AUTO, Durability.QUORUM, Optional.empty())))
        .withMessageContaining("not replicated");
  }

  @Test
  void the_retention_is_set_changed_and_removed() {
    start(keeping(30));
    assertThat(database.definition("events_raw")).contains("TTL toDateTime(timestamp) + toIntervalDay(30) ");
    start(keeping(90));
    assertThat(database.definition("events_raw")).contains("TTL toDateTime(timestamp) + toIntervalDay(90) ");
    assertThatIllegalStateException().isThrownBy(() -> start(VERIFY)).withMessageContaining("REMOVE TTL");
    start(with(SchemaMode.VERIFY, Durability.FSYNC, Optional.of(90)));
    start(OPTIONS);
    assertThat(database.definition("events_raw")).doesNotContain("TTL");
  }

  @Test
  void a_retention_that_somebody_set_by_hand_stays_until_one_is_configured() {
    start(OPTIONS);
    database.sql("ALTER TABLE %s MODIFY TTL toDateTime(received_at) + INTERVAL 7 MONTH", "events_raw");
    start(OPTIONS);
    assertThat(database.definition("events_raw")).contains("TTL toDateTime(received_at)");
    start(keeping(30));
    assertThat(database.definition("events_raw")).contains("TTL toDateTime(timestamp) + toIntervalDay(30) ");
  }

  @Test
  void a_server_that_cannot_be_used_is_unavailable() {
    for (var url : List.of("clickhouse://u:s3cret@127.0.0.1:1/x",
        ClickHouseEngine.shared().url().replaceFirst(":p%40[^@]*@", ":s3cret@"),
        ClickHouseEngine.shared().url("no_such_database"))) {
      assertThatThrownBy(() -> new ClickHouseEventStore(ClickHouseUrl.parse(url), OPTIONS)).as(url)
          .isInstanceOf(StoreUnavailable.class).hasMessageNotContaining("s3cret");
    }
  }

  @Test
  void options_that_make_no_sense_are_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> keeping(0)).withMessageContaining("retention");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Options(SchemaMode.AUTO, Inserts.BATCHED, Durability.FSYNC,
            Optional.of(Duration.ofHours(25)), OPTIONS.deadline()))
        .withMessageContaining("whole days");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Options(SchemaMode.AUTO, Inserts.BATCHED, Durability.FSYNC,
            Optional.empty(), Duration.ZERO))
        .withMessageContaining("deadline");
  }
}
