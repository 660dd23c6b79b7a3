package dev.nodash.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.StoreUnavailable;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AccessLogTest {
  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("dev.nodash.access");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Line line = Line.inMemory();

  @BeforeEach
  void listen() {
    lines.start();
    LOGGER.addAppender(lines);
    LOGGER.setLevel(Level.INFO);
    LOGGER.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    LOGGER.detachAppender(lines);
    LOGGER.setLevel(null);
    LOGGER.setAdditive(true);
  }

  private ILoggingEvent only() {
    assertThat(lines.list).hasSize(1);
    return lines.list.getFirst();
  }

  private static Map<String, Object> values(ILoggingEvent event) {
    return event.getKeyValuePairs().stream().collect(Collectors.toMap(pair -> pair.key, pair -> pair.value));
  }

  /** All that an appender could write. */
  private String everything() {
    return lines.list.stream().map(event -> event.getFormattedMessage() + event.getKeyValuePairs())
        .collect(Collectors.joining());
  }

  @Test
  void isOneLineARequestWithWhatOneLooksFor() {
    line.track("{\"event\":\"e\",\"userId\":\"user-1\"}").header("x-request-id", "r-1").send().accepted();
    var values = values(only());
    assertThat(only().getLevel()).isEqualTo(Level.INFO);
    assertThat(values).containsEntry("http.request.id", "r-1").containsEntry("http.request.method", "POST")
        .containsEntry("url.path", "/v1/track").containsEntry("http.response.status_code", 200)
        .containsEntry("tenant.id", "tenant1").containsKeys("event.duration", "user.id").hasSize(7);
    assertThat(only().getFormattedMessage()).contains("POST /v1/track 200", "tenant=tenant1", "request=r-1");
  }

  @Test
  void hashesTheUser() {
    line.track("{\"event\":\"e\",\"userId\":\"abc\"}").send().accepted();
    assertThat(values(only())).containsEntry("user.id", "ba7816bf8f01cfea");
  }

  @Test
  void showsTheUserForTryingOnly() {
    var trying = Line.inMemory().showUsers();
    trying.track("{\"event\":\"e\",\"userId\":\"user-1\"}").send().accepted();
    assertThat(values(only())).containsEntry("user.id", "user-1");
  }

  @Test
  void namesNeitherTenantNorUserBeforeTheyAreProved() {
    line.track("{\"event\":\"e\",\"userId\":\"user-1\"}").key("unknown").send().refused(401, "Authentication failed");
    assertThat(values(only())).containsEntry("tenant.id", "-").containsEntry("user.id", "-")
        .containsEntry("http.response.status_code", 401);
  }

  @Test
  void neverHoldsAKeyATokenOrABody() {
    var token = TestTokens.of(TestTokens.TENANT1, TestTokens.exp());
    var body = "{\"event\":\"secret-event\",\"writeKey\":\"secret-key\",\"properties\":{\"p\":\"secret-value\"}}";
    line.track(body).bearer(token).basic("secret-basic").send();
    line.track(body).key("secret-header").bearer(token).query("writeKey", "secret-query").send();
    line.track(body + "x").send();
    line.get("/v1/" + "x".repeat(500)).header("cookie", "secret-cookie").send();
    assertThat(lines.list).hasSize(4);
    assertThat(everything()).doesNotContain("secret").doesNotContain(Line.KEY1).doesNotContain(token)
        .hasSizeLessThan(2500);
  }

  @Test
  void cannotBeMadeToBeginANewLine() {
    line.showUsers();
    line.get("/a\r\nb\u001b[31m\u2028\u202e" + "c".repeat(200)).header("x-request-id", "a\nb").send();
    line.request("GE\nT", "/v1/track").send();
    line.track("{\"event\":\"e\"}").anonymous()
        .bearer(TestTokens.of(TestTokens.TENANT1, TestTokens.exp(), "\"sub\":\"a\\nb\\u001b\"")).send().accepted();
    assertThat(lines.list).hasSize(3);
    assertThat(everything()).doesNotContain("\n", "\r", "\u001b", "\u2028", "\u202e");
  }

  @Test
  void warnsOfAServersFaultAndKeepsItsReason() {
    line.events.before = () -> {
      throw new StoreUnavailable("disk full");
    };
    line.track("{\"event\":\"e\"}").send().refused(503, "Service Unavailable");
    assertThat(only().getLevel()).isEqualTo(Level.WARN);
    assertThat(values(only())).containsEntry("error.message", "disk full");
  }

  @Test
  void doesNotQuoteWhatAnEngineSaysOfTheRowsItRefuses() {
    line.events.before = () -> {
      throw new DataRefused("the engine refuses the rows", new IllegalStateException("row: ann@example.com"));
    };
    line.track("{\"event\":\"e\"}").send().refused(500, "Internal Server Error");
    assertThat(only().getFormattedMessage()).contains("fault=the engine refuses the rows");
    assertThat(only().getThrowableProxy()).isNull();
  }

  @Test
  void hasTheStackOfAnUnexpectedFault() {
    line.events.before = () -> {
      throw new IllegalStateException("bug");
    };
    line.track("{\"event\":\"e\"}").send().refused(500, "Internal Server Error");
    assertThat(only().getThrowableProxy().getMessage()).isEqualTo("bug");
  }
}
