package dev.nodash.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The protocol, against a stub of both services: what is asked, how it is signed, and what becomes of each answer. */
class AwsSecretsTest {
  private static final String SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:nodash/keys-AbCdEf";
  private static final String PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/nodash/jwt";
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final SecretsStub stub = new SecretsStub();
  private final AwsSecrets secrets = new AwsSecrets(stub.environment(), StaticCredentialsProvider.create(
      AwsSessionCredentials.create(SecretsStub.KEY_ID, "stub-secret-access-key", "stub-session-token")));

  @AfterEach
  void close() {
    stub.close();
  }

  @Test
  void readsASecretAndAParameterByOneSignedPostEach() {
    stub.put(SECRET, "tenant1:\"ключ\"\n");
    stub.put(PARAMETER, "a parameter");
    assertThat(read(SECRET, PARAMETER)).isEqualTo(Map.of(SECRET, new Reading.Value("tenant1:\"ключ\"\n"), PARAMETER,
        new Reading.Value("a parameter")));
    assertThat(stub.asked()).extracting(SecretsStub.Asked::target, SecretsStub.Asked::body).containsExactlyInAnyOrder(
        tuple("secretsmanager.GetSecretValue", "{\"SecretId\":\"" + SECRET + "\"}"),
        tuple("AmazonSSM.GetParameter",
            "{\"Name\":\"" + PARAMETER + "\",\"WithDecryption\":true}"));
  }

  @ParameterizedTest
  @CsvSource({"400,AccessDeniedException", "400,ThrottlingException", "500,InternalServiceError",
      "400,DecryptionFailure"})
  void tellsAnErrorByItsNameAndNotItsMessage(int status, String type) {
    stub.fail(status, "{\"__type\":\"com.amazonaws.secretsmanager#" + type + "\",\"Message\":\"do-not-repeat\"}");
    assertThat(read(SECRET)).isEqualTo(Map.of(SECRET, new Reading.Fault(type + " (HTTP " + status + ")")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "[]", "{}", "{\"SecretBinary\":\"AAAA\"}", "{\"SecretString\":1}",
      "{\"SecretString\":null}"})
  void anAnswerWithoutATextIsAFault(String answer) {
    stub.fail(200, answer);
    assertThat(read(SECRET).get(SECRET)).isInstanceOf(Reading.Fault.class);
  }

  @Test
  void oneThatFailsLeavesTheOthers() {
    stub.put(SECRET, "x");
    assertThat(read(SECRET, PARAMETER)).containsEntry(SECRET, new Reading.Value("x")).containsEntry(PARAMETER,
        new Reading.Fault("ResourceNotFoundException (HTTP 400)"));
  }

  @Test
  void aServiceThatIsSilentCostsNoMoreThanTheDeadline() {
    stub.fallSilent();
    long start = System.nanoTime();
    assertThat(secrets.read(Map.of("A", SecretArn.parse(SECRET), "B", SecretArn.parse(PARAMETER)),
        Duration.ofMillis(300))).hasSize(2).allSatisfy((_, reading) -> assertThat(reading)
            .isEqualTo(new Reading.Fault("no answer within 300 ms")));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
  }

  @Test
  void aServiceThatIsAwayIsAFault() {
    stub.close();
    assertThat(read(SECRET)).isEqualTo(
        Map.of(SECRET, new Reading.Fault("the service cannot be reached: ConnectException")));
  }

  @Test
  void withoutCredentialsNothingIsAsked() {
    var nobody = AwsSecrets.of(Map.of("AWS_ENDPOINT_URL_SECRETS_MANAGER", stub.url()));
    assertThat(nobody.read(Map.of("A", SecretArn.parse(SECRET)), DEADLINE).get("A")).asString()
        .contains("no credentials");
    assertThat(stub.asked()).isEmpty();
  }

  @Test
  void goesToTheRegionAndThePartitionThatTheArnNames() {
    assertThat(SecretArn.parse(SECRET).endpoint()).isEqualTo("https://secretsmanager.eu-central-1.amazonaws.com");
    assertThat(SecretArn.parse(PARAMETER).endpoint()).isEqualTo("https://ssm.us-east-1.amazonaws.com");
    assertThat(SecretArn.parse("arn:aws-cn:ssm:cn-north-1:123456789012:parameter/a").endpoint())
        .isEqualTo("https://ssm.cn-north-1.amazonaws.com.cn");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tenant1:key", "arn:aws:s3:::bucket", "arn:aws:ssm:eu-central-1:123456789012:secret:a",
      "arn:aws:secretsmanager:eu-central-1:123456789012:parameter/a", "arn:aws:ssm:eu-central-1:1:parameter/a",
      "arn:aws:ssm:evil.example/:123456789012:parameter/a", "arn:aws:ssm:eu-central-1:123456789012:parameter/a b"})
  void whatIsNoArnIsRefusedWithoutQuotingIt(String text) {
    assertThatThrownBy(() -> SecretArn.parse(text)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("is the ARN of neither a secret of Secrets Manager nor a parameter of Systems Manager");
  }

  @Test
  void aValueIsNeverShown() {
    assertThat(new Reading.Value("very-secret").toString()).isEqualTo("***");
  }

  private Map<String, Reading> read(String... arns) {
    var wanted = new HashMap<String, SecretArn>();
    for (var arn : arns) {
      wanted.put(arn, SecretArn.parse(arn));
    }
    return secrets.read(wanted, DEADLINE);
  }
}
