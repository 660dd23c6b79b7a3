package dev.nodash.storage.clickhouse;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.nodash.storage.Health;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ClickHousePingTest {

  private static Health ask(String url) {
    try (var ping = new ClickHousePing(ClickHouseUrl.parse(url))) {
      return ping.check();
    }
  }

  @Test
  void an_engine_that_answers_is_healthy_whoever_asks() {
    assertThat(ask(ClickHouseEngine.shared().url().replaceFirst("//[^@]*@", "//")).fault()).isEmpty();
  }

  @Test
  void what_does_not_answer_is_not() {
    assertThat(ask("clickhouse://u:s3cret@127.0.0.1:1").fault()).hasValueSatisfying(
        fault -> assertThat(fault).contains("127.0.0.1:1").doesNotContain("s3cret"));
  }

  @Test
  void what_answers_with_an_error_is_not() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/ping", exchange -> {
      exchange.sendResponseHeaders(503, 4);
      exchange.getResponseBody().write("gone".getBytes(UTF_8));
      exchange.close();
    });
    server.start();
    try {
      assertThat(ask("clickhouse://127.0.0.1:" + server.getAddress().getPort()).fault())
          .hasValueSatisfying(fault -> assertThat(fault).endsWith("answers 503"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void it_does_without_the_driver() {
    noClasses().should().dependOnClassesThat().resideInAnyPackage("com.clickhouse..", "org.apache..")
        .check(new ClassFileImporter().importClasses(ClickHousePing.class, ClickHouseUrl.class));
  }
}
