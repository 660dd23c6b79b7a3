package dev.nodash.storage.bigquery;

import static dev.nodash.storage.kit.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import dev.nodash.json.JsonBuilder;
import dev.nodash.json.JsonTree;
import dev.nodash.model.Event;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.kit.Samples;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * BigQuery itself, in the project {@code BIGQUERY_TEST_PROJECT}, the dataset {@code BIGQUERY_TEST_DATASET}
 * (nodash_test), with the credentials that Google's chain finds. It leaves its rows there.
 */
@EnabledIfEnvironmentVariable(named = "BIGQUERY_TEST_PROJECT", matches = ".+")
@Timeout(900)
class BigQueryServiceTest {
  private static final String PROJECT = System.getenv().getOrDefault("BIGQUERY_TEST_PROJECT", "");
  private static final String DATASET = System.getenv().getOrDefault("BIGQUERY_TEST_DATASET", "nodash_test");
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  private final GoogleCredentials credentials = BigQueryCredentials.found();

  @Test
  void an_event_that_is_appended_again_is_one_row_of_the_view_and_keeps_what_was_sent() throws IOException {
    var options = new BigQueryEventStore.Options(PROJECT, DATASET, Optional.empty(), SchemaMode.AUTO, true,
        Optional.empty());
    var tenant = Samples.tenant();
    var event = event().properties(Samples.EXACT).build();
    var store = new BigQueryEventStore(options, credentials, Duration.ofSeconds(6));
    assertThat(store.check().fault()).isEmpty();
    append(store, () -> store.append(tenant, List.of(event)));
    append(store, () -> store.append(tenant, List.of(event, event().build())));
    new BigQueryEventStore(new BigQueryEventStore.Options(PROJECT, DATASET, Optional.empty(), SchemaMode.VERIFY, true,
        Optional.empty()), credentials, Duration.ofSeconds(6)).close();
    var where = " WHERE tenant_id = '" + tenant.id().value() + "'";
    assertThat(ask("SELECT COUNT(*) FROM `" + DATASET + ".events`" + where)).isEqualTo("2");
    assertThat(ask("SELECT properties FROM `" + DATASET + ".events`" + where + " AND event_id = '" + id(event) + "'"))
        .isEqualTo(Samples.EXACT.value());
    store.close();
  }

  private static String id(Event event) {
    return event.id().value().toString();
  }

  /** A table that was made a moment ago takes nothing for minutes. */
  private static void append(BigQueryEventStore store, Runnable append) {
    while (true) {
      try {
        append.run();
        return;
      } catch (StoreUnavailable e) {
        System.out.println("BigQueryServiceTest: " + e.getMessage() + ", " + store.check());
        LockSupport.parkNanos(BETWEEN.toNanos());
      }
    }
  }

  /** The first column of the first row. */
  private String ask(String sql) throws IOException {
    var body = new JsonBuilder().add("query", sql).add("useLegacySql", false).add("timeoutMs", 60_000).end().value();
    var request = new NetHttpTransport().createRequestFactory(new HttpCredentialsAdapter(credentials.createScoped(
        "https://www.googleapis.com/auth/bigquery"))).buildPostRequest(
            new GenericUrl("https://bigquery.googleapis.com/bigquery/v2/projects/" + PROJECT + "/queries"),
            ByteArrayContent.fromString("application/json", body));
    try (var answer = request.setReadTimeout(90_000).execute().getContent()) {
      return String.valueOf(first(first(JsonTree.read(answer), "rows"), "f").get("v"));
    }
  }

  private static Map<?, ?> first(Map<?, ?> of, String name) {
    var list = (List<?>) Objects.requireNonNull(of.get(name), name);
    return (Map<?, ?>) list.getFirst();
  }
}
