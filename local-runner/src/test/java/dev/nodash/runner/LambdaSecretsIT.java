package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.secrets.SecretsStub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function whose secrets AWS keeps: the zip, with the variables that the template makes of the ARNs. */
class LambdaSecretsIT {
  private static final String SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:nodash/keys-AbCdEf";
  private static final String PARAMETER = "arn:aws:ssm:eu-central-1:123456789012:parameter/nodash/keys";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SecretsStub aws = new SecretsStub();

  @AfterEach
  void close() {
    aws.close();
  }

  @Test
  void aChangedSecretIsUsedWhenItsTimeIsOver(@TempDir Path folder) {
    aws.put(SECRET, "tenant1:the-first-key");
    try (var track = start(folder, SECRET, aws.environment())) {
      assertThat(aws.asked()).as("nothing that a snapshot would keep").isEmpty();
      assertThat(status(track, "the-first-key")).isEqualTo(200);
      assertThat(status(track, "the-second-key")).isEqualTo(401);
      aws.put(SECRET, "tenant1:the-second-key");
      awaitStatus(track, "the-second-key", 200);
      assertThat(status(track, "the-first-key")).isEqualTo(401);
      aws.fail(400, "{\"__type\":\"ThrottlingException\"}");
      int before = aws.asked().size();
      while (aws.asked().size() == before) {
        assertThat(status(track, "the-second-key")).isEqualTo(200);
      }
      assertThat(track.output()).doesNotContain("the-first-key").doesNotContain("the-second-key");
    }
  }

  @Test
  void underSnapStartItsCredentialsComeFromTheSandbox(@TempDir Path folder) {
    aws.put(PARAMETER, "tenant1:the-first-key");
    try (var track = start(folder, PARAMETER, aws.snapStartEnvironment())) {
      assertThat(status(track, "the-first-key")).as(track::output).isEqualTo(200);
      assertThat(aws.asked()).singleElement().extracting(SecretsStub.Asked::target).isEqualTo("AmazonSSM.GetParameter");
    }
  }

  @Test
  void withoutItsSecretItAnswers503AndTheLogSaysWhich(@TempDir Path folder) {
    aws.put(SECRET, "tenant1:the-first-key");
    aws.fail(400, "{\"__type\":\"AccessDeniedException\",\"Message\":\"do-not-repeat\"}");
    try (var track = start(folder, SECRET, aws.environment())) {
      var refused = ask(track, "the-first-key");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.headers()).containsKeys("retry-after", "x-request-id");
      assertThat(refused.body()).contains("\"error\":\"Service Unavailable\"").doesNotContain("arn:");
      assertThat(track.output()).contains("API_KEYS_ARN: " + SECRET + " cannot be read", "AccessDeniedException")
          .doesNotContain("do-not-repeat");
      aws.recover();
      awaitStatus(track, "the-first-key", 200);
    }
  }

  private static LambdaProcess start(Path folder, String arn, Map<String, String> environment) {
    var parameters = new HashMap<>(Edges.PARAMETERS);
    parameters.putAll(Map.of("ApiKeysArn", arn, "SecretsRefreshSeconds", "1", "RateLimitMax", "1000000000"));
    return LambdaProcess.start(Edges.template(parameters).functionFor("/v1/track"), folder, environment).awaitReady();
  }

  private static void awaitStatus(LambdaProcess track, String key, int status) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (status(track, key) != status) {
      assertThat(System.nanoTime()).as(track::output).isLessThan(end);
    }
  }

  private static int status(LambdaProcess track, String key) {
    return ask(track, key).status();
  }

  private static Reply ask(LambdaProcess track, String key) {
    var request = ContractCase.track("secret", "{\"event\":\"a\"}").instead("x-api-key", key);
    return Reply.ofGateway("POST", track.invoke(GatewayEvents.PAYLOAD_2_0.event(request)));
  }
}
