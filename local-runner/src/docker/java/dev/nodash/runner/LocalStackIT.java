package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.runner.SamTemplate.LambdaFunction;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;
import tools.jackson.databind.json.JsonMapper;

/**
 * The three zips in LocalStack's Lambda, behind its REST gateway and with their keys in its Secrets Manager, to
 * which LocalStack's own {@code AWS_ENDPOINT_URL} leads. Its HTTP API is not in the free edition, so the routes are made here
 * and not by the template.
 */
@NullUnmarked
class LocalStackIT {
  private static final DockerImageName IMAGE = DockerImageName.parse("localstack/localstack:4.12");
  private static final String KEY = "a-key-of-the-test";
  private static final String TRACK = "/v1/track";
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private static LocalStackContainer localStack;
  private static String stage;

  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void deploy() {
    localStack = new LocalStackContainer(IMAGE);
    localStack.start();
    var secret = text(aws("secretsmanager", "create-secret", "--name", "keys", "--secret-string", "tenant1:" + KEY),
        "ARN");
    var parameters = new HashMap<>(Edges.PARAMETERS);
    parameters.put("ApiKeysArn", secret);
    var template = Edges.template(parameters);
    var api = text(aws("apigateway", "create-rest-api", "--name", "nodash"), "id");
    var root = MAPPER.readTree(aws("apigateway", "get-resources", "--rest-api-id", api)).get("items").get(0).get("id")
        .stringValue();
    var version = resource(api, root, "v1");
    for (var path : new String[]{TRACK, "/v1/identify", "/v1/health"}) {
      var function = template.functionFor(path);
      create(function);
      route(api, resource(api, version, path.substring("/v1/".length())), function);
    }
    aws("apigateway", "create-deployment", "--rest-api-id", api, "--stage-name", "test");
    stage = localStack.getEndpoint() + "/_aws/execute-api/" + api + "/test";
  }

  @AfterAll
  static void stop() {
    localStack.stop();
  }

  @Test
  void storesWhatComesWithTheSecretsKey() {
    assertThat(post(TRACK, KEY, "{\"event\":\"a\",\"messageId\":\"m\"}").statusCode()).isEqualTo(200);
    assertThat(post(TRACK, KEY, "{\"event\":\"a\",\"messageId\":\"m\"}").body()).contains("Event already processed");
    assertThat(post("/v1/identify", KEY, "{\"userId\":\"u\"}").body()).contains("\"created\":true");
  }

  @Test
  void refusesEveryOtherKey() {
    var refused = post(TRACK, "another-key", "{\"event\":\"a\"}");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.body()).contains("\"error\":\"Authentication failed\"");
    assertThat(refused.headers().firstValue("x-request-id")).isPresent();
  }

  @Test
  void isHealthy() {
    assertThat(send(HttpRequest.newBuilder(URI.create(stage + "/v1/health"))).body()).contains("\"status\":\"healthy\"");
  }

  private static void create(LambdaFunction function) {
    var zip = "/tmp/" + function.name() + ".zip";
    localStack.copyFileToContainer(MountableFile.forHostPath(function.zip()), zip);
    aws("lambda", "create-function", "--function-name", function.name(), "--runtime", "java25", "--handler",
        function.handler(), "--memory-size", "1769", "--timeout", "28", "--role",
        "arn:aws:iam::000000000000:role/any", "--zip-file", "fileb://" + zip, "--environment",
        MAPPER.writeValueAsString(Map.of("Variables", function.environment())));
    aws("lambda", "wait", "function-active-v2", "--function-name", function.name());
  }

  private static String resource(String api, String parent, String name) {
    return text(aws("apigateway", "create-resource", "--rest-api-id", api, "--parent-id", parent, "--path-part", name),
        "id");
  }

  private static void route(String api, String resource, LambdaFunction function) {
    aws("apigateway", "put-method", "--rest-api-id", api, "--resource-id", resource, "--http-method", "ANY",
        "--authorization-type", "NONE");
    aws("apigateway", "put-integration", "--rest-api-id", api, "--resource-id", resource, "--http-method", "ANY",
        "--type", "AWS_PROXY", "--integration-http-method", "POST", "--uri",
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:"
            + function.name() + "/invocations");
  }

  private static String aws(String... arguments) {
    var command = new String[arguments.length + 1];
    command[0] = "awslocal";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      var result = localStack.execInContainer(command);
      assertThat(result.getExitCode()).as(result.getStderr()).isZero();
      return result.getStdout();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String text(String json, String name) {
    return MAPPER.readTree(json).get(name).stringValue();
  }

  private HttpResponse<String> post(String path, String key, String json) {
    return send(HttpRequest.newBuilder(URI.create(stage + path)).header("x-tenant-id", "tenant1")
        .header("x-api-key", key).POST(BodyPublishers.ofString(json)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
