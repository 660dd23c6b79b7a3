package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.storage.bigquery.BigQueryStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every zip and the runner with events in the stub of BigQuery, against the contract. The functions have Google's credentials
 * from a secret of AWS, the runner by Google's default chain.
 */
@NullUnmarked
class LambdaBigQueryIT {
  private static final String CREDENTIALS = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:google-AbCdEf";

  private static BigQueryStub stub;
  private static Edges edges;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    stub = new BigQueryStub();
    var file = Files.writeString(folder.resolve("google.json"), stub.credentials());
    var settings = new HashMap<>(Map.of("STORE_EVENTS", "bigquery", "STORE_USERS", "memory", "BIGQUERY_PROJECT",
        BigQueryStub.PROJECT, "BIGQUERY_ENDPOINT", stub.url(), "GOOGLE_APPLICATION_CREDENTIALS", file.toString(),
        "JWT_SECRET", TestTokens.SECRET));
    try (var runner = RunnerProcess.start(folder, settings)) {
      assertThat(runner.terminate()).isEqualTo(143);
    }
    edges = new Edges(folder, Edges.ALL,
        Map.of("StoreEvents", "bigquery", "StoreUsers", "memory", "BigqueryProject", BigQueryStub.PROJECT,
            "BigqueryCredentialsArn", CREDENTIALS, "JwtSecretArn", LambdaContractIT.JWT_SECRET),
        settings, _ -> Map.of("BIGQUERY_ENDPOINT", stub.url()));
    edges.aws().put(LambdaContractIT.JWT_SECRET, TestTokens.SECRET);
    edges.aws().put(CREDENTIALS, stub.credentials());
  }

  @AfterAll
  static void stop() {
    edges.close();
    stub.close();
    assertThat(stub.faults()).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> answersTheSameAtEveryEdge() {
    return ContractCases.all().stream()
        .map(it -> DynamicTest.dynamicTest(it.name(), () -> LambdaContractIT.compare(edges, it)));
  }

  @Test
  void whatIsAcknowledgedIsInTheTableOnceWhileTheDeduplicatorKnowsIt() {
    var message = track("in-the-table");
    for (int i = 0; i < 2; i++) {
      assertThat(edges.lambda(message, GatewayEvents.PAYLOAD_2_0).status()).isEqualTo(200);
    }
    assertThat(stored("in-the-table")).isEqualTo(1);
  }

  @Test
  void aQuotaIsUnavailableAndTheRetryIsStored() {
    var message = track("over-the-quota");
    stub.refuse(403, "quotaExceeded");
    var refused = edges.runner(message);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.headers()).containsKey("retry-after");
    assertThat(edges.runner(message).status()).isEqualTo(200);
    assertThat(stored("over-the-quota")).isEqualTo(1);
  }

  private static ContractCase track(String messageId) {
    return ContractCase.track("track",
        "{\"event\":\"e\",\"userId\":\"u\",\"messageId\":\"" + messageId + "\"}");
  }

  private static long stored(String messageId) {
    return stub.rows().stream().filter(row -> messageId.equals(row.get("message_id"))).count();
  }
}
