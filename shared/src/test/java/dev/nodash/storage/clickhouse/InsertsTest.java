package dev.nodash.storage.clickhouse;

import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Event;
import dev.nodash.model.EventTime;
import dev.nodash.model.JsonText;
import dev.nodash.model.SentTime;
import dev.nodash.model.Tenant;
import dev.nodash.storage.BulkEventStore.Batch;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.EventReader.Query;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Durability;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Inserts;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Options;
import dev.nodash.storage.kit.Samples;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of inserts in the engine: parts, partitions, and which of several rows of one event stays. */
class InsertsTest {
  private final Database database = new Database();
  private final Tenant tenant = Samples.tenant();
  private ClickHouseEventStore store;

  @BeforeEach
  void open() {
    store = database.open();
    database.sql("SYSTEM STOP MERGES %s", "events_raw");
  }

  @AfterEach
  void drop() {
    store.close();
    database.close();
  }

  private List<Event> all() {
    return store.events(tenant, Query.all()).rows();
  }

  private void append(Event... events) {
    store.append(tenant, List.of(events));
  }

  private void merge() {
    database.sql("SYSTEM START MERGES %s", "events_raw");
    database.sql("OPTIMIZE TABLE %s FINAL", "events_raw");
  }

  /** Sent with this time, received then. */
  private static EventTime sent(Instant time, Instant receivedAt) {
    return EventTime.of(Optional.of(new SentTime(time, time.toString())), Optional.empty(), receivedAt);
  }

  @Test
  void the_first_one_stays_before_and_after_a_merge_whatever_the_receipt_says() {
    var first = event().name("first").properties(new JsonText("{\"n\":1}")).at(NOW).build();
    append(first);
    append(event().build(), event().id(first.id()).name("earlier").time(sent(NOW, NOW.minusSeconds(60))).build());
    append(event().id(first.id()).name("later").time(sent(NOW, NOW.plusSeconds(60))).build(), event().build());
    assertThat(all()).hasSize(3).contains(first);
    assertThat(database.sql("SELECT count() FROM %s", "events_raw")).isEqualTo("5");
    merge();
    assertThat(all()).hasSize(3).contains(first);
    assertThat(database.sql("SELECT count() FROM %s", "events_raw")).isEqualTo("3");
    append(event().id(first.id()).name("much later").time(sent(NOW, NOW.plus(Duration.ofDays(40)))).build());
    assertThat(all()).hasSize(3).contains(first);
  }

  @Test
  void a_time_that_is_not_believed_keeps_its_event_one_over_the_turn_of_a_month() {
    var endOfMonth = Instant.parse("2026-01-31T23:59:59.999Z");
    for (var time : List.of("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2027-06-01T00:00:00Z")) {
      var id = Samples.id();
      append(event().id(id).time(sent(Instant.parse(time), endOfMonth)).build());
      append(event().id(id).time(sent(Instant.parse(time), endOfMonth.plusSeconds(5))).build());
      assertThat(all().stream().filter(event -> event.id().equals(id))).as(time).hasSize(1);
    }
    assertThat(database.sql("SELECT DISTINCT _partition_id FROM %s ORDER BY 1", "events_raw")).isEqualTo("0\n202706");
  }

  @Test
  void a_time_that_is_believed_only_at_the_second_delivery_is_one_event() {
    var dayAhead = NOW.plus(Duration.ofHours(24)).plusSeconds(1);
    var first = event().time(sent(dayAhead, NOW)).build();
    append(first);
    append(event().id(first.id()).time(sent(dayAhead, NOW.plusSeconds(5))).build());
    assertThat(first.time().sent()).isPresent();
    assertThat(all()).containsExactly(first);
  }

  @Test
  void the_day_is_that_of_the_clients_clock_whenever_its_skew_was_corrected() {
    var happened = Optional.of(new SentTime(Instant.parse("2026-02-20T23:00:00Z"), "2026-02-20T23:00:00Z"));
    var id = Samples.id();
    for (var delay : List.of(0, 3600)) {
      var sentAt = Optional.of(new SentTime(Instant.parse("2026-02-20T23:00:05Z"), "2026-02-20T23:00:05Z"));
      append(event().id(id).time(EventTime.of(happened, sentAt, NOW.plusSeconds(delay))).build());
    }
    assertThat(database.sql("SELECT event_date, timestamp, skew_corrected FROM %s", "events"))
        .isEqualTo("2026-02-20\t2026-03-01 11:59:55.123\ttrue");
  }

  @Test
  void epoch_milliseconds_that_are_not_believed_have_a_day_too() {
    var farAway = Instant.parse("2040-05-05T00:00:00Z");
    var sent = new SentTime(farAway, String.valueOf(farAway.toEpochMilli()));
    append(event().time(EventTime.of(Optional.of(sent), Optional.empty(), NOW)).build());
    assertThat(database.sql("SELECT event_date, timestamp FROM %s", "events"))
        .isEqualTo("2040-05-05\t2026-03-01 12:00:00.123");
  }

  @Test
  void a_batch_of_a_month_is_one_part_and_the_same_batch_again_is_none() {
    var batches = List.of(new Batch(tenant, IntStream.range(0, 500).mapToObj(_ -> event().build()).toList()),
        new Batch(Samples.tenant(), List.of(event().build())));
    store.appendAll(batches);
    assertThat(database.parts()).isEqualTo(1);
    store.appendAll(batches);
    assertThat(database.parts()).isEqualTo(1);
    assertThat(all()).hasSize(500);
  }

  @Test
  void events_of_ten_years_go_in_one_batch() {
    var months = IntStream.rangeClosed(0, 120).mapToObj(i -> event()
        .at(NOW.atOffset(ZoneOffset.UTC).minusMonths(i).plusDays(i == 120 ? 1 : 0).toInstant()).build()).toList();
    store.append(tenant, months);
    assertThat(all()).isEqualTo(months.reversed());
    assertThat(database.parts()).isEqualTo(121);
  }

  @Test
  void a_row_that_breaks_a_constraint_refuses_the_batch_and_nothing_is_written() {
    database.sql("ALTER TABLE %s ADD CONSTRAINT polite CHECK event_name != 'rude'", "events_raw");
    var events = new ArrayList<>(Collections.nCopies(99, event()).stream().map(_ -> event().build()).toList());
    events.add(event().name("rude").at(NOW.minus(Duration.ofDays(400))).build());
    assertThatThrownBy(() -> store.append(tenant, events)).isInstanceOf(DataRefused.class)
        .hasMessageContaining("469").hasMessageNotContaining("rude");
    assertThat(all()).isEmpty();
    store.append(tenant, events.subList(0, 99));
    assertThat(all()).hasSize(99);
  }

  @Test
  void too_many_parts_are_told_before_anything_is_written() {
    database.sql("ALTER TABLE %s MODIFY SETTING parts_to_delay_insert = 1, parts_to_throw_insert = 1", "events_raw");
    var first = event().build();
    append(first);
    assertThatThrownBy(() -> append(event().build())).isInstanceOf(StoreUnavailable.class).hasMessageContaining("252");
    assertThat(all()).containsExactly(first);
    merge();
  }

  @Test
  void a_table_that_is_gone_takes_nothing() {
    database.sql("DROP TABLE %s", "events_raw");
    assertThatThrownBy(() -> append(event().build())).isInstanceOf(StoreUnavailable.class).hasMessageContaining("60");
  }

  @Test
  void anyone_can_query_the_json_and_the_columns() {
    append(event().user("u").properties(new JsonText("{\"plan\":{\"name\":\"日本\"}}")).build());
    assertThat(database.sql("SELECT user_id, JSONExtractString(properties, 'plan', 'name'), anonymous_id = '',"
        + " toDate(timestamp) = event_date FROM %s", "events")).isEqualTo("u\t日本\t1\t1");
  }

  @Test
  void a_server_that_collects_inserts_is_waited_for() {
    var collecting = with(Inserts.ASYNC, Durability.NONE);
    assertThat(ClickHouseEventStore.settings(collecting)).containsEntry("async_insert", "1")
        .containsEntry("wait_for_async_insert", "1");
    try (var other = database.open(collecting)) {
      other.append(tenant, List.of(event().build()));
      assertThat(other.guarantees()).containsExactlyInAnyOrder(Guarantee.SHARED, Guarantee.ONCE);
    }
    assertThat(all()).hasSize(1);
  }

  @Test
  void a_quorum_is_waited_for_no_longer_than_the_deadline() {
    assertThat(ClickHouseEventStore.settings(with(Inserts.BATCHED, Durability.QUORUM)))
        .containsEntry("insert_quorum", "auto").containsEntry("insert_quorum_timeout", "10000")
        .containsEntry("async_insert", "0");
  }

  private static Options with(Inserts inserts, Durability durability) {
    return new Options(SchemaMode.AUTO, inserts, durability, Optional.empty(), Duration.ofSeconds(10));
  }
}
