package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nodash.json.JsonEnvelope;
import dev.nodash.json.JsonEnvelope.Element;
import dev.nodash.json.JsonObject;
import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.model.Event;
import dev.nodash.model.EventType;
import dev.nodash.model.JsonText;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreUnavailable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTest {
  private final Line line = Line.inMemory();

  private Request batch(String body) {
    return line.request("POST", "/v1/batch").key(Line.KEY1).body(body);
  }

  private Request batch(List<String> events) {
    return batch("{\"batch\":[" + String.join(",", events) + "]}");
  }

  private static String track(String messageId) {
    return "{\"type\":\"track\",\"event\":\"e\",\"userId\":\"u\",\"messageId\":\"" + messageId + "\"}";
  }

  private static List<String> tracks(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> track("m" + i)).toList();
  }

  private static List<JsonObject> rejected(Reply reply) {
    return JsonEnvelope
        .parse(Line.utf8(reply.body()), "rejected", Integer.MAX_VALUE, (_, it) -> ((Element.Whole) it).object())
        .elements()
        .first().orElseThrow();
  }

  private static String text(JsonObject object, String member) {
    return object.get(member).map(it -> it.string()).orElse("");
  }

  private static void stored(Reply reply, int stored, int duplicates, int rejected) {
    reply.accepted();
    assertThat(reply.raw("stored")).as(reply.body()).isEqualTo(Integer.toString(stored));
    assertThat(reply.raw("duplicates")).as(reply.body()).isEqualTo(Integer.toString(duplicates));
    assertThat(rejected(reply)).as(reply.body()).hasSize(rejected);
  }

  private List<Event> events() {
    return line.stored("tenant1");
  }

  @Test
  void everyTypeIsStoredAsItIsAlone() {
    stored(batch(List.of(track("1"),
        "{\"type\":\"identify\",\"userId\":\"u\",\"traits\":{\"plan\":\"pro\"},\"messageId\":\"2\"}",
        "{\"type\":\"page\",\"anonymousId\":\"a\",\"name\":\"Home\",\"category\":\"Docs\",\"messageId\":\"3\"}",
        "{\"type\":\"screen\",\"anonymousId\":\"a\",\"messageId\":\"4\"}",
        "{\"type\":\"group\",\"userId\":\"u\",\"groupId\":\"g\",\"traits\":{\"seats\":9},\"messageId\":\"5\"}",
        "{\"type\":\"alias\",\"userId\":\"u\",\"previousId\":\"a\",\"messageId\":\"6\"}")).send(), 6, 0, 0);
    assertThat(events()).extracting(Event::type).containsExactlyInAnyOrder(EventType.values());
    assertThat(line.user("u").orElseThrow().traits()).hasEntrySatisfying("plan",
        it -> assertThat(it.value()).isEqualTo(new JsonText("\"pro\"")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/batch", "/v1/batch/", "/batch", "/v1/import", "/v1/import/", "/import", "/v1/b",
      "/v1/b/"})
  void answersOnItsPathAndOnWhatSdksCallIt(String path) {
    stored(batch(tracks(0, 2)).path(path).send(), 2, 0, 0);
  }

  @Test
  void aBatchOfNoneIsTakenAndCountsForNothing() {
    stored(batch("{\"batch\":[]}").send(), 0, 0, 0);
    assertThat(line.tally().received()).isZero();
    assertThat(line.tally().isBalanced()).isTrue();
  }

  @Test
  void aBadEventOfEachKindIsNamedAndTheGoodOnesAreStored() {
    var deep = "[".repeat(70) + "]".repeat(70);
    var keys = IntStream.range(0, 1001).mapToObj(i -> "\"k" + i + "\":1").collect(Collectors.joining(","));
    var bad = List.of(
        "1", "null", "[]", "{}", "{\"type\":7}", "{\"type\":\"purchase\",\"messageId\":\"kind\"}",
        "{\"type\":\"track\",\"messageId\":\"no event\"}",
        "{\"type\":\"track\",\"event\":\"e\",\"properties\":[],\"messageId\":\"list\"}",
        "{\"type\":\"track\",\"event\":\"e\",\"messageId\":7}",
        "{\"type\":\"track\",\"event\":\"e\",\"event\":\"f\"}",
        "{\"type\":\"track\",\"event\":\"\\ud800\"}",
        "{\"type\":\"track\",\"event\":\"e\",\"properties\":{\"a\":" + deep + "}}",
        "{\"type\":\"track\",\"event\":\"e\",\"properties\":{" + keys + "}}",
        "{\"type\":\"track\",\"event\":\"e\",\"properties\":{\"a\":\"" + "x".repeat(33_000)
            + "\"},\"messageId\":\"big\"}",
        "{\"type\":\"track\",\"event\":\"e\",\"timestamp\":\"soon\",\"messageId\":\"late\"}",
        "{\"type\":\"identify\",\"traits\":{},\"messageId\":\"nobody\"}",
        "{\"type\":\"page\",\"messageId\":\"no visitor\"}",
        "{\"type\":\"group\",\"userId\":\"u\",\"messageId\":\"no group\"}",
        "{\"type\":\"alias\",\"userId\":\"u\",\"messageId\":\"no alias\"}",
        "{\"type\":\"track\",\"event\":\"e\",\"writeKey\":\"" + Line.KEY2 + "\",\"messageId\":\"other\"}");
    var mixed = new ArrayList<String>();
    for (int i = 0; i < bad.size(); i++) {
      mixed.add(track("good" + i));
      mixed.add(bad.get(i));
    }
    var reply = batch(mixed).send();
    stored(reply, bad.size(), 0, bad.size());
    assertThat(events()).hasSize(bad.size()).allMatch(it -> it.messageId().orElseThrow().startsWith("good"));
    assertThat(rejected(reply)).extracting(it -> it.get("index").orElseThrow().raw().value())
        .containsExactlyElementsOf(IntStream.range(0, bad.size()).mapToObj(i -> Integer.toString(2 * i + 1)).toList());
    assertThat(rejected(reply)).extracting(it -> text(it, "messageId"), it -> text(it, "reason")).contains(
        tuple("", "event: a key occurs twice at line 1, column 36"),
        tuple("kind", "type: must be one of track, identify, page, screen, group, alias"),
        tuple("no event", "event: is missing"), tuple("list", "properties: must be an object"),
        tuple("", "messageId: must be a string"), tuple("big", "event: 33068 bytes, limit is 32768"),
        tuple("late", "timestamp: must be a time in ISO 8601 or epoch milliseconds"),
        tuple("nobody", "userId: is missing, and so is anonymousId"),
        tuple("no visitor", "userId: is missing, and so is anonymousId"), tuple("no group", "groupId: is missing"),
        tuple("no alias", "previousId: is missing"), tuple("other", "writeKey: belongs to another tenant"));
    assertThat(line.tally().outcomes()).containsEntry(Outcome.STORED, (long) bad.size())
        .containsEntry(Outcome.REJECTED, (long) bad.size());
    assertThat(line.tally().isBalanced()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{\"batch\":[}|Bad Request", "{\"batch\":[1|Bad Request",
      "|Bad Request", "{\"batch\":[],\"batch\":[]}|Bad Request", "{\"batch\":[]} x|Bad Request",
      "[]|Invalid batch request", "{}|Invalid batch request", "{\"batch\":null}|Invalid batch request",
      "{\"batch\":{}}|Invalid batch request", "{\"batch\":\"[]\"}|Invalid batch request"})
  void whatMakesTheWholeUnreadableIs400(String body, String error) {
    batch(body == null ? "" : body).send().refused(400, error);
    assertThat(line.tally().isBalanced()).isTrue();
  }

  @Test
  void whatIsWrongBesideTheEventsIsPassedOverAndTold() {
    var reply = batch("{\"batch\":[" + track("1") + "],\"sentAt\":\"soon\",\"context\":[],\"integrations\":7}").send();
    stored(reply, 1, 0, 0);
    assertThat(reply.raw("ignored")).isEqualTo("[\"context: must be an object\",\"sentAt: must be a time in ISO 8601 "
        + "or epoch milliseconds\"]");
  }

  @Test
  void theContextOfTheBatchFillsWhatAnEventDoesNotSay() {
    stored(batch("{\"context\":{\"ip\":\"1.2.3.4\",\"app\":{\"v\":1.10}},\"batch\":["
        + "{\"type\":\"track\",\"event\":\"own\",\"context\":{\"app\":{\"v\":2},\"os\":\"x\"}},"
        + "{\"type\":\"track\",\"event\":\"none\"}]}").send(), 2, 0, 0);
    assertThat(events()).extracting(Event::name, it -> it.context().orElseThrow().value()).containsExactlyInAnyOrder(
        tuple("own", "{\"app\":{\"v\":2},\"os\":\"x\",\"ip\":\"1.2.3.4\"}"),
        tuple("none", "{\"ip\":\"1.2.3.4\",\"app\":{\"v\":1.10}}"));
  }

  @Test
  void aContextThatHasTooManyKeysWithTheBatchsIsTheFaultOfItsEvent() {
    var keys = IntStream.range(0, 501).mapToObj(i -> "\"%1$s" + i + "\":0").collect(Collectors.joining(",", "{", "}"));
    var reply = batch("{\"context\":" + keys.formatted("a") + ",\"batch\":[" + track("good")
        + ",{\"type\":\"track\",\"event\":\"e\",\"messageId\":\"bad\",\"context\":" + keys.formatted("b") + "}]}")
        .send();
    stored(reply, 1, 0, 1);
    assertThat(rejected(reply)).extracting(it -> text(it, "messageId"), it -> text(it, "reason"))
        .containsExactly(tuple("bad", "context: has more than 1000 keys with those of the batch"));
  }

  @Test
  void whatTheStoreRefusesAtOnceIsFoundByHalves() {
    var calls = new AtomicInteger();
    line.events.before = () -> {
      if (List.of(1, 3, 4).contains(calls.incrementAndGet())) {
        throw new DataRefused("a constraint", new IllegalStateException());
      }
    };
    var reply = batch(tracks(0, 4)).send();
    stored(reply, 3, 0, 1);
    assertThat(rejected(reply)).extracting(it -> text(it, "messageId"), it -> text(it, "reason"))
        .containsExactly(tuple("m2", "the store refuses what it holds"));
    assertThat(calls).as("all, the first half, the second, its halves").hasValue(5);
  }

  @Test
  void whatFailsAfterAHalfWasStoredIsOfUnknownOutcome() {
    var calls = new AtomicInteger();
    line.events.before = () -> {
      switch (calls.incrementAndGet()) {
        case 1 -> throw new DataRefused("a constraint", new IllegalStateException());
        case 3 -> throw new StoreUnavailable("gone");
        default -> {
          // The first half.
        }
      }
    };
    batch(tracks(0, 4)).send().refused(503, "Service Unavailable");
    assertThat(events()).hasSize(2);
    assertThat(line.tally().outcomes()).containsEntry(Outcome.UNKNOWN, 4L);
  }

  @Test
  void aContextThatWouldMakeTheBatchTooLargeIs413() {
    var context = "{\"a\":\"" + "x".repeat(30_000) + "\"}";
    var reply = batch("{\"context\":" + context + ",\"batch\":[" + String.join(",", tracks(0, 200)) + "]}").send()
        .refused(413, "Payload Too Large");
    assertThat(reply.text("message")).matches("batch with its context in each event: 60\\d{5} bytes, limit is 4194304");
    assertThat(events()).isEmpty();
  }

  @Test
  void oneIsAsLargeAsFourMegabytesAndHasAtMost2500Events() throws IOException {
    line.limit(10_000, Duration.ofHours(1));
    var filler = "x".repeat(1500);
    var events = IntStream.range(0, 2500)
        .mapToObj(
            i -> "{\"type\":\"track\",\"event\":\"e\",\"messageId\":\"m" + i + "\",\"properties\":{\"a\":\"" + filler
                + "\"}}")
        .toList();
    stored(batch(events).send(), 2500, 0, 0);
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(Line.utf8("{\"batch\":[" + String.join(",", events) + "]}"));
    }
    stored(batch("").body(packed.toByteArray()).header("content-encoding", "gzip").send(), 0, 2500, 0);
    batch(tracks(0, 2501)).send().refused(413, "Payload Too Large").message("batch: 2501 events, limit is 2500");
    batch("{\"batch\":[\"" + "x".repeat(4 << 20) + "\"]}").send().refused(413, "Payload Too Large");
    batch(Collections.nCopies(1_000_000, "{}")).send().message("batch: 1000000 events, limit is 2500");
    batch(Collections.nCopies(1_000_000, "1")).send().message("batch: 1000000 events, limit is 2500");
  }

  @Nested
  class Credentials {

    @Test
    void anyOfThemNamesTheTenant() {
      var body = "{\"batch\":[" + track("1") + "]}";
      var withKey = "{\"writeKey\":\"" + Line.KEY1 + "\",\"batch\":[" + track("1") + "]}";
      var withKeys = "{\"batch\":[{\"type\":\"track\",\"event\":\"e\",\"messageId\":\"1\",\"writeKey\":\"" + Line.KEY1
          + "\"}]}";
      stored(batch(body).send(), 1, 0, 0);
      stored(batch(body).anonymous().header("x-write-key", Line.KEY1).send(), 0, 1, 0);
      stored(batch(body).anonymous().basic(Line.KEY1).send(), 0, 1, 0);
      stored(batch(body).anonymous().bearer(Line.KEY1).send(), 0, 1, 0);
      stored(batch(withKey).anonymous().send(), 0, 1, 0);
      stored(batch(withKeys).anonymous().send(), 0, 1, 0);
      stored(batch(body).anonymous().query("writeKey", Line.KEY1).header("content-type", "text/plain;charset=UTF-8")
          .send(), 0, 1, 0);
    }

    @Test
    void withoutAValidOneNothingIsStored() {
      batch(tracks(0, 3)).anonymous().send().refused(401, "Authentication required");
      batch(tracks(0, 3)).key("wrong").send().refused(401, "Authentication failed");
      batch(tracks(0, 3)).anonymous().query("writeKey", Line.KEY1).header("content-type", "application/json").send()
          .refused(401, "Authentication required");
      batch("{\"writeKey\":\"" + Line.KEY2 + "\",\"batch\":[" + track("1") + "]}").send()
          .refused(403, "Tenant mismatch");
      batch(tracks(0, 3)).tenant("tenant2").send().refused(403, "Tenant mismatch");
      assertThat(events()).isEmpty();
      assertThat(line.tally().outcomes()).containsEntry(Outcome.REJECTED, 13L);
      assertThat(line.tally().isBalanced()).isTrue();
    }
  }

  @Nested
  class Limits {

    @Test
    void aBatchCostsAsMuchAsItsEventsWhollyOrNotAtAll() {
      line.limit(10, Duration.ofHours(1));
      assertThat(batch(tracks(0, 7)).send().number("X-RateLimit-Remaining")).isEqualTo(3);
      batch(tracks(7, 11)).send().refused(429, "Rate limit exceeded");
      assertThat(batch(tracks(7, 10)).send().number("X-RateLimit-Remaining")).isZero();
      assertThat(events()).hasSize(10);
      assertThat(line.tally().outcomes()).containsEntry(Outcome.LIMITED, 4L);
    }

    @Test
    void aBatchOfMoreThanIsEverAdmittedIs413AndNamesTheLimit() {
      line.limit(10, Duration.ofHours(1));
      batch(tracks(0, 11)).send().refused(413, "Payload Too Large").message("batch: 11 events, limit is 10");
      stored(batch(tracks(0, 10)).send(), 10, 0, 0);
    }
  }

  @Nested
  class Deduplication {

    @Test
    void aMessageIsStoredOnceWithinABatchAndOverSeveral() {
      stored(batch(List.of(track("1"), track("1"), track("2"))).send(), 2, 1, 0);
      stored(batch(List.of(track("2"), track("3"))).send(), 1, 1, 0);
      assertThat(line.track(track("3")).send().accepted().isDuplicate()).isTrue();
      assertThat(events()).hasSize(3);
    }

    @Test
    void whatTheStoreCouldNotTakeIsStoredByTheRepetition() {
      line.events.before = () -> {
        throw new StoreUnavailable("full");
      };
      batch(tracks(0, 5)).send().refused(503, "Service Unavailable");
      assertThat(line.tally().outcomes()).containsEntry(Outcome.UNAVAILABLE, 5L);
      line.events.heal();
      line.track(track("m3")).send().accepted();
      stored(batch(tracks(0, 5)).send(), 4, 1, 0);
      assertThat(events()).hasSize(5);
      assertThat(line.tally().isBalanced()).isTrue();
    }

    @Test
    void whatMayBeStoredIsNotStoredAgainBeforeTheLeaseHasEnded() {
      line.events.after = () -> {
        throw new OutcomeUnknown("no answer");
      };
      batch(tracks(0, 3)).send().refused(503, "Service Unavailable");
      line.events.heal();
      batch(tracks(0, 4)).send().refused(503, "Service Unavailable");
      assertThat(events()).as("what nobody else was storing is stored").hasSize(4);
      line.clock.advance(Line.LEASE);
      stored(batch(tracks(0, 4)).send(), 0, 4, 0);
      assertThat(events()).hasSize(4);
    }

    @Test
    void twoAtTheSameTimeStoreEachEventOnce() throws Exception {
      var inside = new CountDownLatch(1);
      var go = new CountDownLatch(1);
      line.events.before = () -> {
        inside.countDown();
        await(go);
      };
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var first = threads.submit(() -> batch(tracks(0, 3)).send());
        await(inside);
        line.events.before = () -> {};
        var second = threads.submit(() -> batch(tracks(2, 5)).send());
        var third = threads.submit(() -> line.track(track("m1")).send());
        go.countDown();
        stored(first.get(10, TimeUnit.SECONDS), 3, 0, 0);
        stored(second.get(10, TimeUnit.SECONDS), 2, 1, 0);
        assertThat(third.get(10, TimeUnit.SECONDS).accepted().isDuplicate()).isTrue();
      }
      assertThat(events()).hasSize(5);
    }

    @Test
    void whatTheStoreRefusesOfABatchIsNoDuplicateForWhoWaitsForIt() throws Exception {
      var value = "x".repeat(30_000);
      for (int i = 0; i < 34; i++) {
        line.identify("{\"userId\":\"u\",\"traits\":{\"t" + i + "\":\"" + value + "\"}}").send().accepted();
      }
      var tooMuch = "{\"type\":\"identify\",\"userId\":\"u\",\"messageId\":\"m\",\"traits\":{\"more\":\"" + value
          + "\"}}";
      var inside = new CountDownLatch(1);
      var go = new CountDownLatch(1);
      line.users.before = () -> {
        inside.countDown();
        await(go);
      };
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var first = threads.submit(() -> batch(List.of(tooMuch, track("1"))).send());
        await(inside);
        var second = threads.submit(() -> line.identify(tooMuch).send());
        go.countDown();
        stored(first.get(10, TimeUnit.SECONDS), 1, 0, 1);
        second.get(10, TimeUnit.SECONDS).refused(413, "Payload Too Large");
      }
    }

    private static void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void aUserThatWouldGrowTooLargeKeepsOnlyItsOwnEventOut() {
    var value = "x".repeat(30_000);
    var growing = IntStream.range(0, 40).mapToObj(
        i -> "{\"type\":\"identify\",\"userId\":\"u\",\"messageId\":\"m" + i + "\",\"traits\":{\"t" + i + "\":\""
            + value
            + "\"}}")
        .toList();
    var reply = batch(growing).send().accepted();
    var refused = rejected(reply);
    assertThat(refused).isNotEmpty()
        .allSatisfy(it -> assertThat(text(it, "reason")).startsWith("traits: the user's record: "));
    assertThat(events()).hasSize(40 - refused.size());
    assertThat(line.user("u").orElseThrow().traits()).hasSize(40 - refused.size());
  }

  @Test
  void onFlatFilesTooUsersAreMergedAndEventsStoredOnce(@TempDir Path folder) throws InterruptedException {
    try (var files = Line.onFlatFiles(folder)) {
      var mixed = new ArrayList<>(tracks(0, 20));
      for (int i = 0; i < 20; i++) {
        mixed
            .add("{\"type\":\"identify\",\"userId\":\"u" + i % 3 + "\",\"messageId\":\"i" + i + "\",\"traits\":{\"t" + i
                + "\":" + i + "}}");
      }
      var body = "{\"batch\":[" + String.join(",", mixed) + "]}";
      stored(files.request("POST", "/v1/batch").key(Line.KEY1).body(body).send(), 40, 0, 0);
      stored(files.request("POST", "/v1/batch").key(Line.KEY1).body(body).send(), 0, 40, 0);
      assertThat(files.stored("tenant1")).hasSize(40);
      assertThat(files.allUsers()).extracting(user -> user.traits().size()).containsExactly(7, 7, 6);
    }
  }
}
