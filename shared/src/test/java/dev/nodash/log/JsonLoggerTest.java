package dev.nodash.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.json.JsonTree;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class JsonLoggerTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final JsonLogger log = new JsonLogger("dev.nodash.access", Level.INFO, new PrintStream(written, true, UTF_8));

  @Test
  void aLineHasItsFieldsNested() {
    var before = Instant.now();
    log.atInfo().addKeyValue("http.request.id", "r-1").addKeyValue("http.response.status_code", 200)
        .addKeyValue("tenant.id", "shop").log("{} {}", "GET", "/v1/health");
    var line = lines().getFirst();
    assertThat(line).containsEntry("message", "GET /v1/health").containsEntry("tenant", Map.of("id", "shop"))
        .containsEntry("log", Map.of("level", "INFO", "logger", "dev.nodash.access"))
        .containsEntry("http", Map.of("request", Map.of("id", "r-1"), "response", Map.of("status_code", 200)))
        .containsEntry("service", Map.of("name", "nodash")).containsKeys("process", "ecs");
    assertThat(Instant.parse(String.valueOf(line.get("@timestamp")))).isBetween(before.minusMillis(1), Instant.now());
  }

  @Test
  void whatAnArgumentOrAFaultHoldsCannotBeginALine() {
    log.warn("said {}", "a\n{\"b\":1}\u2028", new IllegalStateException("with\nits own"));
    assertThat(written.toString(UTF_8).lines()).hasSize(1);
    assertThat(lines().getFirst()).containsEntry("message", "said a\n{\"b\":1}\u2028").extracting("error")
        .asString().contains("java.lang.IllegalStateException", "with\nits own", "\tat dev.nodash.log");
  }

  @Test
  void aLevelThatIsNotHeardIsNotWritten() {
    log.debug("not this");
    log.atDebug().addKeyValue("nor", "this").log("either");
    log.error("but this");
    assertThat(lines()).singleElement().extracting("message").isEqualTo("but this");
  }

  @Test
  void librariesAreHeardFromWarnOn() {
    var loggers = new LambdaLog().getLoggerFactory();
    assertThat(loggers.getLogger("dev.nodash.access").isInfoEnabled()).isTrue();
    assertThat(loggers.getLogger("com.zaxxer.hikari").isInfoEnabled()).isFalse();
    assertThat(loggers.getLogger("com.zaxxer.hikari").isWarnEnabled()).isTrue();
  }

  private List<Map<String, Object>> lines() {
    return written.toString(UTF_8).lines().map(line -> JsonTree.read(new StringReader(line))).toList();
  }
}
