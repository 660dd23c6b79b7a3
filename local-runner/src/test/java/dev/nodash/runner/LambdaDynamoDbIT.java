package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.storage.dynamodb.DynamoDbEngine;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every zip on the stores that the template chooses where nobody else does, against the contract and the runner. */
@NullUnmarked
class LambdaDynamoDbIT {
  private static final Map<String, String> DYNAMODB = Map.of("STORE_EVENTS", "dynamodb", "STORE_USERS", "dynamodb",
      "STORE_DEDUPLICATION", "dynamodb");

  private static final String PREFIX = "DYNAMODB_TABLE_PREFIX";

  private static DynamoDbEngine engine;
  private static Edges edges;

  /** The template's tables, made by a runner as the template would make them. */
  @BeforeAll
  static void start(@TempDir Path folder) {
    engine = DynamoDbEngine.start();
    var defaults = new SamTemplate(Path.of(System.getProperty("nodash.root"), "template.yaml"), Map.of());
    assertThat(defaults.functions()).allSatisfy(function -> assertThat(function.environment()).containsAllEntriesOf(
        Engines.with(DYNAMODB, "STORE_RATELIMIT", "memory", PREFIX, SamTemplate.STACK + "-")));
    for (var format : GatewayEvents.values()) {
      try (var runner = RunnerProcess.start(folder, Engines.with(Engines.on(engine), PREFIX, prefix(format)))) {
        assertThat(runner.terminate()).isEqualTo(143);
      }
    }
    edges = new Edges(folder, Edges.ALL,
        Map.of("StoreEvents", "dynamodb", "StoreUsers", "dynamodb", "StoreDeduplication", "dynamodb",
            "LambdaAllowEphemeral", "false", "JwtSecretArn", LambdaContractIT.JWT_SECRET),
        Engines.with(Engines.on(engine), PREFIX, "runner-", "JWT_SECRET", TestTokens.SECRET),
        format -> Map.of("DYNAMODB_ENDPOINT", engine.url(), PREFIX, prefix(format)));
    edges.aws().put(LambdaContractIT.JWT_SECRET, TestTokens.SECRET);
  }

  /** Tables of its own for each gateway, since the same messages come through both. */
  private static String prefix(GatewayEvents format) {
    return format == GatewayEvents.PAYLOAD_2_0 ? SamTemplate.STACK + "-" : format + "-";
  }

  @AfterAll
  static void stop() {
    edges.close();
    engine.close();
  }

  @TestFactory
  Stream<DynamicTest> answersTheSameAtEveryEdge() {
    return ContractCases.all().stream()
        .map(it -> DynamicTest.dynamicTest(it.name(), () -> LambdaContractIT.compare(edges, it)));
  }

  @Test
  void whatIsAcknowledgedIsInTheTable() {
    var message = ContractCase.track("track", "{\"event\":\"e\",\"userId\":\"u\",\"messageId\":\"in-the-table\"}");
    for (int i = 0; i < 2; i++) {
      assertThat(edges.lambda(message, GatewayEvents.PAYLOAD_2_0).status()).isEqualTo(200);
    }
    assertThat(engine.events("in-the-table")).hasSize(1).values().containsOnly(1);
  }
}
