package dev.nodash.storage.bigquery;

import static dev.nodash.storage.kit.Samples.EXACT;
import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Event;
import dev.nodash.model.Tenant;
import dev.nodash.storage.AppendQueue;
import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.batch.BatchingEventStore;
import dev.nodash.storage.kit.Samples;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The protocol: what is sent, and what becomes of each answer. That BigQuery itself answers so is not shown here. */
@Timeout(60)
class BigQueryEventStoreTest {
  private static final Duration DEADLINE = Duration.ofSeconds(6);

  private final Tenant tenant = Samples.tenant();
  private final List<Event> three = IntStream.range(0, 3).mapToObj(i -> event().at(NOW.plusSeconds(i)).build())
      .toList();
  private BigQueryStub stub;
  private BigQueryEventStore store;

  @BeforeEach
  void open() {
    stub = new BigQueryStub();
    store = open(SchemaMode.AUTO, Optional.empty());
  }

  @AfterEach
  void close() {
    store.close();
    stub.close();
    assertThat(stub.faults()).isEmpty();
  }

  private BigQueryEventStore open(SchemaMode mode, Optional<Duration> retention) {
    return new BigQueryEventStore(new BigQueryEventStore.Options(BigQueryStub.PROJECT, BigQueryStub.DATASET,
        Optional.of(URI.create(stub.url())), mode, true, retention),
        new BigQueryCredentials(stub.credentials()).google(), DEADLINE);
  }

  private List<Object> storedIds() {
    return stub.rows().stream().<Object>map(row -> row.get("event_id")).toList();
  }

  private static List<String> ids(List<Event> events) {
    return events.stream().map(event -> event.id().value().toString()).toList();
  }

  @Test
  void a_row_is_sent_as_documented_under_its_events_id() {
    var event = event().name("a \"quoted\" name").properties(EXACT).build();
    assertThat(store.append(tenant, List.of(event))).isEmpty();
    var id = event.id().value();
    assertThat(stub.bodies()).singleElement().asString()
        .startsWith("{\"kind\":\"bigquery#tableDataInsertAllRequest\",\"skipInvalidRows\":false,"
            + "\"ignoreUnknownValues\":false,\"rows\":[{\"insertId\":\"" + id + "\",\"json\":{\"tenant_id\":\""
            + tenant.id().value() + "\",\"event_id\":\"" + id
            + "\",\"event_type\":\"track\",\"event_name\":\"a \\\"quoted\\\" name\",")
        .endsWith("}}]}");
    assertThat(stub.rows().getFirst().get("properties")).isEqualTo(EXACT.value());
    assertThat(stub.rows().getFirst().get("timestamp")).isEqualTo(event.time().timestamp().toString());
  }

  @Test
  void one_token_serves_many_calls_and_a_new_one_is_asked_for_when_it_is_not_accepted() {
    store.append(tenant, three);
    assertThat(stub.tokens()).isEqualTo(1);
    stub.forgetToken();
    var more = event().build();
    assertThat(store.append(tenant, List.of(more))).isEmpty();
    assertThat(stub.tokens()).isEqualTo(2);
    assertThat(storedIds()).containsExactlyElementsOf(ids(List.of(three.get(0), three.get(1), three.get(2), more)));
  }

  @Test
  void the_first_of_a_repetition_in_one_append_is_sent() {
    var again = event().id(three.getFirst().id()).name("again").build();
    var answers = store.appendAll(List.of(new BulkEventStore.Batch(tenant, three),
        new BulkEventStore.Batch(tenant, List.of(again))));
    assertThat(answers).hasSize(2).allMatch(Set::isEmpty);
    assertThat(storedIds()).containsExactlyElementsOf(ids(three));
    assertThat(stub.rows().getFirst().get("event_name")).isEqualTo(three.getFirst().name());
  }

  @Test
  void a_refused_row_is_named_without_its_value_and_nothing_is_stored() {
    narrow("event_name", "INTEGER");
    assertThatExceptionOfType(DataRefused.class).isThrownBy(() -> store.append(tenant, three))
        .withMessage("BigQuery refuses rows, invalid in event_name")
        .satisfies(e -> assertThat(e.events()).hasSize(3));
    assertThat(stub.rows()).isEmpty();
  }

  @Test
  void of_a_batch_the_refused_request_fails_alone_after_one_more_call() {
    narrow("message_id", "INTEGER");
    var rule = new BatchingEventStore.Rule(new AppendQueue.Limits(500, 1 << 20), Duration.ofMillis(200), 1, DEADLINE);
    try (var batching = new BatchingEventStore(store, "BigQuery", rule)) {
      var first = batching.appendAsync(tenant, List.of(event().build()));
      first.join();
      var good = new ArrayList<>(List.of(event().build()));
      stub.refuse(503, "backendError");
      var waiting = batching.appendAsync(tenant, good);
      var events = IntStream.range(0, 63).mapToObj(_ -> event().build()).toList();
      var answers = events.stream().map(event -> batching.appendAsync(tenant, List.of(event))).toList();
      var bad = event().messageId("not a number").build();
      var refused = batching.appendAsync(tenant, List.of(bad));
      assertThatThrownBy(refused::join).isInstanceOf(CompletionException.class).hasCauseInstanceOf(DataRefused.class);
      assertThat(waiting.join()).isEmpty();
      assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEmpty());
      assertThat(storedIds()).hasSize(65).doesNotContain(bad.id().value().toString());
    }
  }

  @Test
  void what_could_not_be_taken_for_the_moment_is_sent_again_alone() {
    stub.missOne(1, "backendError");
    assertThat(store.append(tenant, three)).isEmpty();
    assertThat(stub.bodies()).hasSize(2);
    assertThat(storedIds())
        .containsExactlyElementsOf(ids(List.of(three.get(0), three.get(2), three.get(1))));
  }

  @Test
  void a_passing_fault_is_tried_again() {
    stub.refuse(503, "backendError");
    stub.refuse(403, "rateLimitExceeded");
    stub.refuse(429, "jobRateLimitExceeded");
    assertThat(store.append(tenant, three)).isEmpty();
    assertThat(stub.bodies()).hasSize(4).containsOnly(stub.bodies().getFirst());
    assertThat(storedIds()).containsExactlyElementsOf(ids(three));
  }

  @Test
  void a_quota_is_unavailable_at_once_and_certainly_nothing_was_written() {
    stub.refuse(403, "quotaExceeded");
    assertThatThrownBy(() -> store.append(tenant, three)).isInstanceOf(StoreUnavailable.class)
        .hasMessage("BigQuery: POST /bigquery/v2/projects/a-project/datasets/nodash/tables/events_raw/insertAll: "
            + "HTTP 403, quotaExceeded");
    assertThat(stub.bodies()).hasSize(1);
  }

  @Test
  void a_rate_that_stays_exceeded_is_unavailable_in_the_time_of_a_call() {
    IntStream.range(0, 100).forEach(_ -> stub.refuse(429, "rateLimitExceeded"));
    var start = System.nanoTime();
    assertThatThrownBy(() -> store.append(tenant, three)).isInstanceOf(StoreUnavailable.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(DEADLINE);
    assertThat(stub.bodies()).hasSizeGreaterThan(2);
  }

  @Test
  void no_access_and_no_table_are_unavailable() {
    stub.refuse(403, "accessDenied");
    assertThatThrownBy(() -> store.append(tenant, three)).isInstanceOf(StoreUnavailable.class);
    stub.refuse(404, "notFound");
    assertThatThrownBy(() -> store.append(tenant, three)).isInstanceOf(StoreUnavailable.class);
  }

  @Test
  void what_the_service_finds_wrong_with_the_request_is_refused_data() {
    stub.refuse(400, "invalid");
    assertThatThrownBy(() -> store.append(tenant, three)).isInstanceOf(DataRefused.class)
        .hasMessageNotContaining("somebody");
  }

  @Test
  void a_fault_of_the_service_that_stays_leaves_the_outcome_unknown() {
    stub.takeAndRefuse(500, "internalError");
    IntStream.range(0, 100).forEach(_ -> stub.refuse(503, "backendError"));
    assertThatThrownBy(() -> store.append(tenant, three)).isInstanceOf(OutcomeUnknown.class);
  }

  @Test
  void a_lost_answer_is_asked_for_again_under_the_same_ids() {
    stub.takeAndHangUp();
    assertThat(store.append(tenant, three)).isEmpty();
    assertThat(stub.bodies()).hasSizeGreaterThan(1).containsOnly(stub.bodies().getFirst());
    assertThat(storedIds()).containsOnly(ids(three).toArray());
  }

  @Test
  void a_service_that_answers_nothing_leaves_the_outcome_unknown_in_the_time_of_a_call() {
    stub.freeze();
    var start = System.nanoTime();
    assertThatThrownBy(() -> store.append(tenant, three)).isInstanceOf(OutcomeUnknown.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(DEADLINE);
  }

  @Test
  void a_service_that_is_away_is_unavailable_and_unhealthy() {
    assertThat(store.check().fault()).isEmpty();
    stub.close();
    assertThatThrownBy(() -> store.append(tenant, three)).isInstanceOf(StoreUnavailable.class);
    assertThat(store.check().fault()).hasValueSatisfying(fault -> assertThat(fault).contains("cannot be reached"));
  }

  @Test
  void the_table_is_partitioned_and_clustered_and_the_view_keeps_one_row_an_event() {
    var table = stub.table("events_raw");
    assertThat(table.get("timePartitioning")).isEqualTo(Map.of("type", "DAY", "field", "received_at"));
    assertThat(table.get("clustering")).isEqualTo(Map.of("fields", List.of("tenant_id", "event_name")));
    assertThat(stub.table("events").get("view")).isEqualTo(Map.of("useLegacySql", false, "query",
        "SELECT * FROM `a-project.nodash.events_raw` WHERE TRUE QUALIFY ROW_NUMBER() OVER "
            + "(PARTITION BY tenant_id, event_id ORDER BY received_at) = 1"));
    open(SchemaMode.VERIFY, Optional.empty()).close();
    open(SchemaMode.AUTO, Optional.empty()).close();
  }

  @Test
  void retention_is_the_partitions_and_set_or_checked() {
    var keep = Optional.of(Duration.ofDays(30));
    assertThatThrownBy(() -> open(SchemaMode.VERIFY, keep)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("events_raw keeps events for ever and must keep them for PT720H");
    open(SchemaMode.AUTO, keep).close();
    assertThat(stub.table("events_raw").get("timePartitioning"))
        .isEqualTo(Map.of("type", "DAY", "field", "received_at", "expirationMs", "2592000000"));
    open(SchemaMode.VERIFY, keep).close();
  }

  @Test
  void verify_says_what_is_missing_and_what_is_foreign() {
    stub.tables().remove("events");
    assertThatThrownBy(() -> open(SchemaMode.VERIFY, Optional.empty())).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("there is no events");
    stub.tables().remove("events_raw");
    assertThatThrownBy(() -> open(SchemaMode.VERIFY, Optional.empty())).hasMessageContaining("there is no events_raw");
    open(SchemaMode.AUTO, Optional.empty()).close();
    narrow("event_name", "INTEGER");
    stub.table("events_raw").remove("clustering");
    assertThatThrownBy(() -> open(SchemaMode.AUTO, Optional.empty()))
        .hasMessageContaining("column event_name of events_raw is INTEGER REQUIRED and must be STRING REQUIRED")
        .hasMessageContaining("must be clustered by [tenant_id, event_name]");
  }

  @Test
  void without_the_dataset_or_with_another_account_it_says_so() {
    var options = new BigQueryEventStore.Options(BigQueryStub.PROJECT, "other", Optional.of(URI.create(stub.url())),
        SchemaMode.AUTO, true, Optional.empty());
    assertThatThrownBy(
        () -> new BigQueryEventStore(options, new BigQueryCredentials(stub.credentials()).google(), DEADLINE))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("there is no dataset other");
    assertThatThrownBy(() -> new BigQueryCredentials("{\"type\":\"a_secret\"}").google())
        .isInstanceOf(IllegalStateException.class).hasMessageNotContaining("a_secret");
    assertThat(new BigQueryCredentials(stub.credentials())).hasToString("credentials");
  }

  /** Makes a column of the table one that texts do not fit. */
  private void narrow(String column, String type) {
    stub.fields().stream().filter(field -> column.equals(field.get("name"))).forEach(field -> field.put("type", type));
  }
}
