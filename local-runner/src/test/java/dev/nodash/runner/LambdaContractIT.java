package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds every zip, under the real runtime client and behind both gateways, against the contract and against the runner:
 * same status, same body, same headers. An invocation that the runtime reports as an error fails its test.
 */
@NullUnmarked
class LambdaContractIT {
  private static final Set<String> ERROR_FIELDS = Set.of("error", "message", "statusCode", "timestamp", "requestId");
  static final String JWT_SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:jwt-AbCdEf";
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private static Edges edges;

  @BeforeAll
  static void start(@TempDir Path folder) {
    edges = new Edges(folder,
        Edges.ALL,
        Map.of("JwtSecretArn", JWT_SECRET), Map.of("JWT_SECRET", TestTokens.SECRET));
    edges.aws().put(JWT_SECRET, TestTokens.SECRET);
  }

  @AfterAll
  static void stop() {
    edges.close();
  }

  @TestFactory
  Stream<DynamicTest> answersTheSameAtEveryEdge() {
    return ContractCases.all().stream().map(it -> DynamicTest.dynamicTest(it.name(), () -> compare(it)));
  }

  @Test
  void everyPathOfTheContractIsARouteOfTheTemplate() {
    var template = edges.template();
    assertThat(List.of("/v1/track", "/v1/track/", "/track", "/track/")).allMatch(owned(template, "TrackFunction"));
    assertThat(List.of("/v1/identify", "/identify/")).allMatch(owned(template, "IdentifyFunction"));
    assertThat(List.of("/", "/v1/health", "/health/", "/v1/health/live", "/v1/health/live/", "/nope"))
        .allMatch(owned(template, "HealthFunction"));
  }

  @TestFactory
  Stream<DynamicTest> everyRouteOfTheTemplateIsServedByItsFunction() {
    return edges.template().functions().stream().flatMap(function -> function.paths().stream().flatMap(route -> {
      var path = route.isEmpty() ? "/of/no/other/route" : route;
      var wrong = ContractCase.bare("DELETE " + path, "DELETE", path);
      var right = function.name().equals("HealthFunction")
          ? ContractCase.bare("GET " + path, "GET", path).answers(200)
          : ContractCase.post("POST " + path, path, "{}").refused(400, "");
      return route.isEmpty()
          ? Stream.of(wrong.refused(404, "Not Found"))
          : Stream.of(right, wrong.refused(405, "Method Not Allowed"));
    })).map(it -> DynamicTest.dynamicTest(it.name(), () -> compare(it)));
  }

  @Test
  void everyNameIsGivenOnce() {
    assertThat(ContractCases.all().stream().map(ContractCase::name)).doesNotHaveDuplicates();
  }

  @TestFactory
  Stream<DynamicTest> answersWhatIsNoRequestAtAll() {
    return UnintelligibleEvents.ALL.entrySet().stream().flatMap(event -> edges.template().functions().stream()
        .map(function -> DynamicTest.dynamicTest(event.getKey() + " to " + function.name(), () -> {
          var sandbox = edges.sandbox(function, GatewayEvents.PAYLOAD_2_0);
          var reply = Reply.ofGateway("GET", sandbox.invoke(event.getValue()));
          assertThat(reply.status()).isBetween(400, 499);
          checkError(reply);
          assertThat(reply.toString()).doesNotContain(UnintelligibleEvents.SECRET);
        })));
  }

  @TestFactory
  Stream<DynamicTest> answersWhatOnlyKeepsItWarm() {
    return UnintelligibleEvents.WARM_UPS.entrySet().stream().flatMap(event -> edges.template().functions().stream()
        .map(function -> DynamicTest.dynamicTest(event.getKey() + " to " + function.name(), () -> {
          var sandbox = edges.sandbox(function, GatewayEvents.PAYLOAD_2_0);
          assertThat(Reply.ofGateway("GET", sandbox.invoke(event.getValue().getBytes(UTF_8))).status()).isEqualTo(204);
        })));
  }

  @Test
  void writesNothingBesideItsDataPaths() {
    assertThat(edges.sandboxes()).allSatisfy(it -> assertThat(it.filesWritten()).isEmpty());
  }

  private static void compare(ContractCase request) {
    compare(edges, request);
  }

  /** Holds the runner's answer against the contract, and every function's against the runner's. */
  static void compare(Edges edges, ContractCase request) {
    var expected = edges.runner(request);
    check(request, expected);
    for (var format : GatewayEvents.values()) {
      var actual = edges.lambda(request, format);
      assertThat(actual.normal()).as(format.name()).isEqualTo(expected.normal());
    }
  }

  private static void check(ContractCase request, Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(request.status());
    assertThat(request.says()).allMatch(reply.body()::contains, reply.body());
    assertThat(reply.headers()).containsAllEntriesOf(request.answers()).containsKey("x-request-id");
    if (!request.error().isEmpty() && !request.method().equals("HEAD")) {
      assertThat(MAPPER.readTree(reply.body()).get("error").stringValue()).isEqualTo(request.error());
      checkError(reply);
    }
  }

  private static void checkError(Reply reply) {
    var body = MAPPER.readTree(reply.body());
    assertThat(Set.copyOf(body.propertyNames())).isEqualTo(ERROR_FIELDS);
    assertThat(body.get("statusCode").intValue()).isEqualTo(reply.status());
    assertThat(body.get("requestId").stringValue()).isEqualTo(reply.headers().get("x-request-id"));
  }

  private static Predicate<String> owned(SamTemplate template, String function) {
    return path -> template.functionFor(path).name().equals(function);
  }
}
