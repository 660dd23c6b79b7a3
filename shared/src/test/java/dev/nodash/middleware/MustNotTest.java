package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.nodash.config.ConfigurationException;
import dev.nodash.config.Settings;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.kit.Concurrently;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One test for each defect of the service that this one replaces, as far as one process can show it. */
class MustNotTest {
  private static final String EVENT = "{\"event\":\"e\"}";
  private final Line line = Line.inMemory();

  @TempDir
  private Path folder;

  /** The files beneath a folder of the data, relative to it, locks left out. */
  private List<String> files(String beneath) throws IOException {
    try (var all = Files.walk(folder.resolve(beneath))) {
      return all.filter(Files::isRegularFile).map(file -> folder.resolve(beneath).relativize(file).toString())
          .filter(name -> !name.endsWith(".lock")).sorted().toList();
    }
  }

  @Test
  void mustNot01_a429DoesNotEndTheProcessAndCarriesRetryAfter() {
    line.limit(1, Duration.ofHours(1));
    line.track(EVENT).send().accepted();
    for (int i = 0; i < 50; i++) {
      assertThat(line.track(EVENT).send().refused(429, "Rate limit exceeded").number("Retry-After")).isPositive();
    }
    line.track("{\"event\":\"e\",\"userId\":\"other\"}").send().accepted();
  }

  @Test
  void mustNot02_theEventIdIsNotRandomBeforeDeduplication() {
    var message = "{\"event\":\"e\",\"messageId\":\"m\"}";
    var id = line.track(message).send().accepted().text("eventId");
    assertThat(line.track(message).send().accepted().text("eventId")).isEqualTo(id);
    assertThat(Line.inMemory().track(message).send().accepted().text("eventId")).isEqualTo(id);
    line.onlyEvent();
  }

  @Test
  void mustNot03_aTokenOfTenantADoesNotWriteToTenantBByAHeader() {
    var token = TestTokens.of(TestTokens.TENANT1, TestTokens.exp());
    line.track(EVENT).anonymous().bearer(token).tenant("tenant2").send().refused(403, "Tenant mismatch");
    assertThat(line.stored("tenant1")).isEmpty();
    assertThat(line.stored("tenant2")).isEmpty();
  }

  @Test
  void mustNot04_thereIsNoTokenExchange() {
    line.track("{}").path("/auth/token").send().refused(404, "Not Found");
  }

  @Test
  void mustNot05_aUserOrTenantIdDoesNotLeaveItsFolder() throws Exception {
    var ids = List.of("../../../../etc/passwd", "/etc/passwd", "..", ".", "C:\\\\x", "User", "user", "caf\u00e9",
        "cafe\u0301", "\uD83D\uDE00".repeat(255), "a/b", "~x", "con", "x.json");
    try (var onFiles = Line.onFlatFiles(folder)) {
      for (var id : ids) {
        assertThat(onFiles.identify("{\"userId\":\"" + id + "\"}").send().raw("created")).as(id).isEqualTo("true");
      }
      onFiles.identify("{\"userId\":\"a\\u0000b\"}").send().refused(400, "Invalid identify request");
      onFiles.identify("{\"userId\":\"u\"}").tenant("../x").send().refused(400, "Invalid tenant ID");
      for (var tenant : List.of("acme", "ACME")) {
        onFiles.track(EVENT).tenant(tenant).key("key-of-" + tenant).send().accepted();
        assertThat(onFiles.stored(tenant)).hasSize(1);
      }
    }
    assertThat(files("users")).hasSize(ids.size())
        .allMatch(name -> name.matches("tenant1/users/([a-z0-9_-]+|~[0-9a-f]{64})\\.json"));
    assertThat(files("events").stream().map(name -> name.substring(0, name.indexOf('/'))))
        .allMatch(name -> name.matches("[a-z0-9_-]+|~[0-9a-f]{64}")).doesNotHaveDuplicates().hasSize(3);
    assertThat(files("")).hasSize(ids.size() + 3);
  }

  @Test
  void mustNot06_parallelHealthChecksDoNotDisturbEachOther() throws Exception {
    try (var onFiles = Line.onFlatFiles(folder)) {
      assertThat(Concurrently.run(40, _ -> onFiles.get("/v1/health").send()))
          .extracting(Reply::status, reply -> reply.text("status")).containsOnly(tuple(200, "healthy"));
    }
  }

  @Test
  void mustNot07_parallelIdentifiesOfOneUserLoseNoTraits() throws Exception {
    try (var onFiles = Line.onFlatFiles(folder)) {
      Concurrently.run(48, i -> onFiles.identify("{\"userId\":\"u\",\"traits\":{\"t" + i + "\":" + i + "}}").send()
          .accepted());
      assertThat(onFiles.user("u").orElseThrow().traits()).hasSize(48);
      assertThat(onFiles.stored("tenant1")).hasSize(48);
    }
  }

  @Test
  void mustNot08_noCounterIsStoredBesideTheEvents() throws Exception {
    try (var onFiles = Line.onFlatFiles(folder)) {
      onFiles.track("{\"event\":\"e\",\"userId\":\"u\"}").send().accepted();
      assertThat(files("users")).isEmpty();
      onFiles.identify("{\"userId\":\"u\"}").send().accepted();
      assertThat(onFiles.allUsers()).hasSize(1);
      var before = Files.readString(folder.resolve("users/tenant1/users/u.json"));
      onFiles.track("{\"event\":\"e\",\"userId\":\"u\"}").send().accepted();
      assertThat(onFiles.allUsers()).hasSize(1);
      assertThat(folder.resolve("users/tenant1/users/u.json")).hasContent(before);
      assertThat(before).doesNotContainIgnoringCase("count").doesNotContainIgnoringCase("total");
    }
  }

  @Test
  void mustNot09_aStarOfOriginsEmitsTheHeader() {
    line.origins("*");
    var preflight = line.request("OPTIONS", "/v1/track").header("origin", "https://a.example");
    assertThat(Stream.of(line.track(EVENT), line.track("{"), line.get("/v1/health"), preflight).map(Request::send))
        .allMatch(reply -> reply.header("Access-Control-Allow-Origin").filter("*"::equals).isPresent());
  }

  @Test
  void mustNot10_theLimiterSlidesSeesTheUserAndIsNotResetByAForgedHeader() {
    line.limit(2, Duration.ofSeconds(60));
    line.clock.advance(Duration.ofSeconds(59));
    line.track(EVENT).send().accepted();
    line.track(EVENT).send().accepted();
    line.clock.advance(Duration.ofSeconds(2));
    line.track(EVENT).send().refused(429, "Rate limit exceeded");
    line.track(EVENT).header("x-forwarded-for", "203.0.113.9").send().refused(429, "Rate limit exceeded");
    line.track("{\"event\":\"e\",\"userId\":\"other\"}").send().accepted();
  }

  @Test
  void mustNot11_apiKeysWorkBesideTokensAndAStrayBasicShadowsNone() {
    line.track(EVENT).send().accepted();
    line.track(EVENT).basic("stray").send().accepted();
    line.track(EVENT).anonymous().bearer(TestTokens.of(TestTokens.TENANT1, TestTokens.exp())).send().accepted();
  }

  @Test
  void mustNot12_oversizeIs413DeepIs400AndNoErrorLeaksAPath() {
    line.track("x".repeat(2 << 20)).send().refused(413, "Payload Too Large");
    line.track("{\"event\":\"e\",\"properties\":{\"a\":" + "[".repeat(9_000) + "]".repeat(9_000) + "}}").send()
        .refused(400, "Bad Request");
    for (var fault : List.of(new StoreUnavailable("/srv/data"), new IllegalStateException("/srv/data"))) {
      line.events.before = () -> {
        throw fault;
      };
      assertThat(line.track(EVENT).send().response().toString()).contains("statusCode").doesNotContain("/srv");
    }
  }

  @Test
  void mustNot13_offsetsAreValidAndAFarYearMakesNoPartition() throws Exception {
    try (var onFiles = Line.onFlatFiles(folder)) {
      for (var time : List.of("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-03-01T13:00:00+05:30")) {
        onFiles.track("{\"event\":\"e\",\"timestamp\":\"" + time + "\"}").send().accepted();
      }
    }
    assertThat(files("events")).containsExactly("tenant1/2026/03/events-2026-03-01.jsonl");
  }

  @Test
  void mustNot14_aTornLineSwallowsNothingAndPartitionsGoByUtc() throws Exception {
    var zone = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
    try {
      try (var before = Line.onFlatFiles(folder)) {
        before.track("{\"event\":\"first\",\"timestamp\":\"2026-02-28T23:30:00-01:00\"}").send().accepted();
      }
      var file = folder.resolve("events/tenant1/2026/03/events-2026-03-01.jsonl");
      Files.writeString(file, "{\"torn", StandardOpenOption.APPEND);
      try (var after = Line.onFlatFiles(folder)) {
        after.track("{\"event\":\"second\"}").send().accepted();
        assertThat(after.stored("tenant1")).extracting(event -> event.name()).containsExactly("first", "second");
      }
      assertThat(file.resolveSibling("events-2026-03-01.jsonl.torn")).content().contains("{\"torn");
    } finally {
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void mustNot15_aSettingThatIsNoNumberStopsTheStartWithAClearMessage() {
    assertThatThrownBy(() -> Settings.of(Map.of("RATE_LIMIT_MAX", "abc"))).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("RATE_LIMIT_MAX: 'abc' is not a whole number from 1 to 1000000000");
  }
}
