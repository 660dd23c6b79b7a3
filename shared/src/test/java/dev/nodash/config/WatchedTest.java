package dev.nodash.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.storage.bigquery.BigQueryStub;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What only asks for health starts while its stores cannot be used, and says so. */
class WatchedTest {

  @Test
  void bigQueryWhoseCredentialsAreNoneIsUnhealthy() {
    try (var stub = new BigQueryStub()) {
      var settings = new HashMap<>(Map.of("NODE_ENV", "test", "STORE_EVENTS", "bigquery", "STORE_USERS", "memory",
          "BIGQUERY_PROJECT", BigQueryStub.PROJECT, "BIGQUERY_ENDPOINT", stub.url(), "BIGQUERY_CREDENTIALS",
          "{\"type\":\"nobody knows\"}"));
      var ports = new Backends(Settings.of(settings), Clock.systemUTC(), true).open();
      assertThat(ports.events().check().fault())
          .hasValue("BIGQUERY_CREDENTIALS: Google's library does not accept these credentials");
    }
  }

  @Test
  void bigQueryThatIsAwayIsUnhealthyUntilItIsThere() {
    var stub = new BigQueryStub();
    var settings = Settings.of(Map.of("NODE_ENV", "test", "STORE_EVENTS", "bigquery", "STORE_USERS", "memory",
        "BIGQUERY_PROJECT", BigQueryStub.PROJECT, "BIGQUERY_ENDPOINT", stub.url(), "BIGQUERY_CREDENTIALS",
        stub.credentials()));
    var watching = new Backends(settings, Clock.systemUTC(), true).open().events();
    assertThat(watching.check().fault()).hasValueSatisfying(fault -> assertThat(fault).contains("HTTP 404"));
    new Backends(settings, Clock.systemUTC(), false).open().events().close();
    assertThat(watching.check().fault()).isEmpty();
    stub.close();
    assertThat(watching.check().fault()).hasValueSatisfying(fault -> assertThat(fault).contains("cannot be reached"));
  }
}
