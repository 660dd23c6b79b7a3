package dev.nodash.storage.dynamodb;

import static dev.nodash.storage.kit.Samples.event;
import static dev.nodash.storage.kit.Samples.identify;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nodash.model.User;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.Deduplicator.Claim;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.UserStore.Merge.Merged;
import dev.nodash.storage.dynamodb.DynamoDbDatabase.Options;
import dev.nodash.storage.kit.Samples;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What DynamoDB Local never does: answers that the service gives under load, from a server that says what it is told. */
class ThrottlingTest {
  private static final String THROTTLED = "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ThrottlingException\"}";
  private static final String BATCH_OF_TWO = "{\"Responses\":[{\"TableName\":\"t\"},{\"Error\":{\"Code\":\"ThrottlingError\"}}]}";
  private static final String BATCH_OF_ONE = "{\"Responses\":[{\"TableName\":\"t\"}]}";

  private final Queue<Map.Entry<Integer, String>> answers = new ConcurrentLinkedQueue<>();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private HttpServer server;
  private DynamoDbDatabase database;
  private DynamoDbEventStore events;

  @BeforeEach
  void start() throws IOException {
    DynamoDbEngine.shared();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    database = new DynamoDbDatabase(new Options("t-", Optional.of(url), SchemaMode.VERIFY), Duration.ofSeconds(6),
        false);
    events = new DynamoDbEventStore(database, Clock.systemUTC(), Optional.empty());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      var answer = answers.remove();
      var body = answer.getValue().getBytes(UTF_8);
      exchange.sendResponseHeaders(answer.getKey(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void willAnswer(int status, String body, int times) {
    IntStream.range(0, times).forEach(_ -> answers.add(Map.entry(status, body)));
  }

  @Test
  void a_call_that_is_throttled_is_tried_five_times_and_nothing_was_written() {
    willAnswer(400, THROTTLED, 5);
    assertThatThrownBy(() -> events.append(Samples.tenant(), List.of(event().build())))
        .isInstanceOf(StoreUnavailable.class).hasMessageContaining("ThrottlingException");
    assertThat(asked).hasSize(5);
  }

  @Test
  void a_throttled_call_that_succeeds_in_the_end_has_succeeded() {
    willAnswer(400, THROTTLED, 2);
    willAnswer(200, BATCH_OF_ONE, 1);
    assertThat(events.append(Samples.tenant(), List.of(event().build()))).isEmpty();
  }

  @Test
  void of_a_batch_only_what_was_throttled_is_sent_again() {
    willAnswer(200, BATCH_OF_TWO, 1);
    willAnswer(200, BATCH_OF_ONE, 1);
    var second = event().name("second").build();
    assertThat(events.append(Samples.tenant(), List.of(event().name("first").build(), second))).isEmpty();
    assertThat(asked).hasSize(2);
    assertThat(asked.toArray(String[]::new)[1]).contains("second").doesNotContain("first");
  }

  @Test
  void a_batch_of_which_some_stays_throttled_may_have_been_written() {
    willAnswer(200, BATCH_OF_TWO, 1);
    willAnswer(200, "{\"Responses\":[{\"Error\":{\"Code\":\"ThrottlingError\"}}]}", 4);
    assertThatThrownBy(() -> events.append(Samples.tenant(), List.of(event().build(), event().build())))
        .isInstanceOf(OutcomeUnknown.class);
    assertThat(asked).hasSize(5);
  }

  @Test
  void after_a_fault_of_the_service_in_one_statement_nobody_can_say() {
    willAnswer(200, "{\"Responses\":[{\"Error\":{\"Code\":\"InternalServerError\"}}]}", 1);
    willAnswer(200, "{\"Responses\":[{\"Error\":{\"Code\":\"ThrottlingError\"}}]}", 4);
    assertThatThrownBy(() -> events.append(Samples.tenant(), List.of(event().build())))
        .isInstanceOf(OutcomeUnknown.class);
    willAnswer(200, "{\"Responses\":[{\"Error\":{\"Code\":\"ThrottlingError\"}}]}", 5);
    assertThatThrownBy(() -> events.append(Samples.tenant(), List.of(event().build())))
        .isInstanceOf(StoreUnavailable.class);
  }

  @Test
  void after_a_fault_of_the_service_nobody_can_say() {
    willAnswer(500, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#InternalServerError\"}", 5);
    assertThatThrownBy(() -> events.append(Samples.tenant(), List.of(event().build())))
        .isInstanceOf(OutcomeUnknown.class);
    assertThat(asked).hasSize(5);
  }

  @Test
  void what_the_service_refuses_as_such_is_not_tried_again() {
    willAnswer(400, "{\"__type\":\"com.amazon.coral.validate#ValidationException\"}", 1);
    assertThatThrownBy(() -> events.append(Samples.tenant(), List.of(event().build()))).isInstanceOf(DataRefused.class);
    willAnswer(400, "{\"__type\":\"com.amazon.coral.service#AccessDeniedException\"}", 1);
    assertThatThrownBy(() -> events.append(Samples.tenant(), List.of(event().build())))
        .isInstanceOf(StoreUnavailable.class).hasMessageContaining("AccessDeniedException");
  }

  @Test
  void a_claim_whose_first_answer_was_lost_is_known_by_its_owner() {
    var owner = Samples.owner();
    willAnswer(500, "{}", 1);
    willAnswer(400, "{\"__type\":\"x#ConditionalCheckFailedException\",\"Item\":{\"owner\":{\"S\":\"" + owner.token()
        + "\"},\"until\":{\"N\":\"1\"}}}", 1);
    var deduplicator = new DynamoDbDeduplicator(database, Duration.ofHours(1), Duration.ofSeconds(30));
    assertThat(deduplicator.claim(Samples.tenant(), Samples.id(), owner, Instant.EPOCH)).isEqualTo(Claim.FRESH);
  }

  @Test
  void a_user_that_others_keep_writing_is_unavailable_after_five_tries_and_one_that_is_merged_already_is_known() {
    var users = new DynamoDbUserStore(database);
    var mine = identify("u", Map.of("a", "1"));
    var other = UserItem.of(Samples.tenant(), User.createdBy(identify("u", Map.of("b", "1"))), 1);
    willAnswer(200, "{}", 1);
    willAnswer(400, "{\"__type\":\"x#ConditionalCheckFailedException\",\"Item\":" + other.json() + "}", 5);
    assertThatThrownBy(() -> users.merge(Samples.tenant(), mine)).isInstanceOf(StoreUnavailable.class);
    assertThat(asked).hasSize(6);
    var merged = UserItem.of(Samples.tenant(), User.createdBy(mine), 1);
    willAnswer(200, "{}", 1);
    willAnswer(500, "{}", 1);
    willAnswer(400, "{\"__type\":\"x#ConditionalCheckFailedException\",\"Item\":" + merged.json() + "}", 1);
    assertThat(users.merge(Samples.tenant(), mine)).isEqualTo(new Merged(true));
  }
}
