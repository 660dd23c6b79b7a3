package dev.nodash.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.middleware.Functions;
import dev.nodash.middleware.TestClock;
import dev.nodash.secrets.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** When secrets are read, what a failed reading changes, and what a new value changes. */
class RenewedDeploymentTest {
  private static final String KEYS_ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:keys-AbCdEf";
  private static final String JWT_ARN = "arn:aws:ssm:eu-central-1:123456789012:parameter/jwt";
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
  private static final Logger LOG = (Logger) LoggerFactory.getLogger(RenewedDeployment.class);

  private final TestClock clock = new TestClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final Map<String, Reading> kept = new HashMap<>();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Map<String, String> variables = new HashMap<>(Map.of("AWS_LAMBDA_FUNCTION_NAME", "track",
      "LAMBDA_ALLOW_EPHEMERAL", "true", "NODE_ENV", "test", "STORE_EVENTS", "memory", "STORE_USERS", "memory",
      "RATE_LIMIT_MAX", "3", "API_KEYS_ARN", KEYS_ARN));
  private int readings;

  @BeforeEach
  void listen() {
    lines.start();
    LOG.setLevel(Level.INFO);
    LOG.setAdditive(false);
    LOG.addAppender(lines);
    kept.put("API_KEYS", new Reading.Value("a:first"));
  }

  @AfterEach
  void deafen() {
    LOG.detachAppender(lines);
    LOG.setAdditive(true);
    LOG.setLevel(null);
  }

  @Test
  void readsAtTheFirstRequestAndAgainByTheRequestAfterFiveMinutes() {
    var track = track();
    assertThat(readings).isZero();
    assertThat(track.apply(request("first")).status()).isEqualTo(200);
    clock.advance(FIVE_MINUTES.minusMillis(1));
    assertThat(track.apply(request("first")).status()).isEqualTo(200);
    assertThat(readings).isEqualTo(1);
    clock.advance(Duration.ofMillis(1));
    assertThat(track.apply(request("first")).status()).isEqualTo(200);
    assertThat(readings).isEqualTo(2);
  }

  @Test
  void aNewKeyTakesTheOldOnesPlaceAndNothingElseChanges() {
    var track = track();
    assertThat(track.apply(request("first")).headers()).containsEntry("X-RateLimit-Remaining", "2");
    kept.put("API_KEYS", new Reading.Value("a:second"));
    assertThat(track.apply(request("second")).status()).as("not yet").isEqualTo(401);
    clock.advance(FIVE_MINUTES);
    assertThat(track.apply(request("first")).status()).isEqualTo(401);
    assertThat(track.apply(request("second")).headers()).as("the stores are the same")
        .containsEntry("X-RateLimit-Remaining", "1");
  }

  @Test
  void answers503UntilEverySecretHasBeenReadOnce() {
    variables.put("JWT_SECRET_ARN", JWT_ARN);
    kept.put("JWT_SECRET", new Reading.Fault("AccessDeniedException (HTTP 400)"));
    var track = track();
    var refused = track.apply(request("first"));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.headers()).containsKeys("Retry-After", "x-request-id");
    assertThat(refused.body()).contains("Service Unavailable").doesNotContain("arn:").doesNotContain("JWT");
    assertThat(messages()).containsExactly("JWT_SECRET_ARN: " + JWT_ARN
        + " cannot be read, requests are answered 503: AccessDeniedException (HTTP 400)");
    kept.put("JWT_SECRET", new Reading.Value("s".repeat(32)));
    assertThat(track.apply(request("first")).status()).as("the next request tries again").isEqualTo(200);
  }

  @Test
  void theLastGoodValueHoldsAndTheFaultIsSaidOnce() {
    var track = track();
    assertThat(track.apply(request("first")).status()).isEqualTo(200);
    kept.put("API_KEYS", new Reading.Fault("ThrottlingException (HTTP 400)"));
    for (int i = 0; i < 2; i++) {
      clock.advance(FIVE_MINUTES);
      assertThat(track.apply(request("first")).status()).isEqualTo(200);
    }
    assertThat(messages()).containsExactly("API_KEYS_ARN: " + KEYS_ARN
        + " cannot be read, the last value holds: ThrottlingException (HTTP 400)");
    kept.put("API_KEYS", new Reading.Value("a:first"));
    clock.advance(FIVE_MINUTES);
    assertThat(track.apply(request("x")).status()).isEqualTo(401);
    assertThat(messages()).last().isEqualTo("API_KEYS_ARN can be read again");
  }

  @Test
  void aValueThatIsNoneLeavesTheOneBeforeAtWorkAndIsNotShown() {
    var track = track();
    assertThat(track.apply(request("first")).status()).isEqualTo(200);
    kept.put("API_KEYS", new Reading.Value("very-secret"));
    clock.advance(FIVE_MINUTES);
    assertThat(track.apply(request("first")).status()).isEqualTo(200);
    assertThat(messages()).singleElement().asString().contains(KEYS_ARN, "API_KEYS: entry 1 is not tenant:key")
        .doesNotContain("very-secret");
  }

  @Test
  void aFirstValueThatIsNoneAnswers503() {
    kept.put("API_KEYS", new Reading.Value("very-secret"));
    assertThat(track().apply(request("first")).status()).isEqualTo(503);
  }

  @Test
  void storesOfANewUrlTakeThePlaceOfTheOldOnes() {
    variables.putAll(Map.of("STORE_RATELIMIT", "redis", "STORE_DEDUPLICATION", "memory", "REDIS_URL_ARN", JWT_ARN));
    kept.put("REDIS_URL", new Reading.Value("redis://127.0.0.1:1"));
    var track = track();
    assertThat(track.apply(request("first")).status()).as("without its limiter it goes on").isEqualTo(200);
    kept.put("REDIS_URL", new Reading.Value("redis://127.0.0.1:2"));
    clock.advance(FIVE_MINUTES);
    assertThat(track.apply(request("first")).status()).isEqualTo(200);
    assertThat(messages()).contains("secrets have changed and are used from now on");
  }

  @Test
  void everythingElseIsCheckedBeforeTheSecretsAreThere() {
    variables.put("RATE_LIMIT_MAX", "abc");
    assertThatThrownBy(this::track).isInstanceOf(ConfigurationException.class).hasMessageContaining("RATE_LIMIT_MAX");
  }

  @Test
  void productionIsCheckedWithoutAnyOfItsSecrets() {
    variables.putAll(Map.of("NODE_ENV", "production", "STORE_EVENTS", "clickhouse", "STORE_USERS", "postgres",
        "STORE_RATELIMIT", "redis", "JWT_SECRET_ARN", JWT_ARN, "CLICKHOUSE_URL_ARN", JWT_ARN, "POSTGRES_URL_ARN",
        JWT_ARN,
        "REDIS_URL_ARN", JWT_ARN));
    var settings = Settings.of(NamedSecrets.in(variables).withStandIns());
    assertThat(settings.environment()).isEqualTo(Settings.Environment.PRODUCTION);
    assertThat(settings.secretsRefresh()).isEqualTo(FIVE_MINUTES);
  }

  @Test
  void aSecretIsNamedInOneWayOnlyAndByAnArn() {
    variables.putAll(Map.of("API_KEYS", "a:very-secret", "JWT_SECRET_ARN", "very-secret", "REDIS_URL_FILE", "f",
        "REDIS_URL_ARN", JWT_ARN));
    assertThatThrownBy(this::track).isInstanceOfSatisfying(ConfigurationException.class,
        e -> assertThat(e.faults()).containsExactly("API_KEYS_ARN: is set, and so is API_KEYS; set one of them",
            "JWT_SECRET_ARN: is the ARN of neither a secret of Secrets Manager nor a parameter of Systems Manager",
            "REDIS_URL_ARN: is set, and so is REDIS_URL_FILE; set one of them"));
  }

  @Test
  void outsideOfLambdaAnArnIsAFault() {
    assertThatThrownBy(() -> Settings.of(Map.of("API_KEYS_ARN", KEYS_ARN)))
        .hasMessageContaining("API_KEYS_ARN: is read on Lambda only; set API_KEYS or API_KEYS_FILE");
  }

  private Function<HttpRequest, HttpResponse> track() {
    var secrets = NamedSecrets.in(variables);
    return new RenewedDeployment(secrets, Settings.of(secrets.withStandIns()), Deployment::open, (arns, deadline) -> {
      assertThat(deadline).isEqualTo(Duration.ofSeconds(2));
      readings++;
      return arns.keySet().stream().collect(Collectors.toMap(name -> name, kept::get));
    }, clock).function(Functions::track);
  }

  private List<String> messages() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static HttpRequest request(String key) {
    return new HttpRequest("POST", "/v1/track", Map.of("x-tenant-id", "a", "x-api-key", key), Map.of(),
        new Body("{\"event\":\"e\"}".getBytes(UTF_8)), "192.0.2.1", true);
  }
}
