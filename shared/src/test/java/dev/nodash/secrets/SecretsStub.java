package dev.nodash.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nodash.json.JsonBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * The two services of AWS that keep secrets, as far as their protocol goes, and the endpoint of a sandbox that hands out
 * credentials. It answers what is signed as it must be and refuses everything else; it does not check the signature itself.
 */
public final class SecretsStub implements AutoCloseable {
  public static final String KEY_ID = "AKIDEXAMPLE";
  private static final Pattern ARN = Pattern.compile("arn:aws:(\\w+):([a-z0-9-]+):[^\"]+");

  /** A request as it came. */
  public record Asked(String target, String body, Map<String, String> headers) {}

  private record Failure(int status, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, String> values = new ConcurrentHashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile Optional<Failure> failure = Optional.empty();
  private volatile boolean silent;

  public SecretsStub() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.createContext("/credentials", this::credentials);
    server.start();
  }

  /** What a sandbox without SnapStart has in its environment, with both services at this address. */
  public Map<String, String> environment() {
    return Map.of("AWS_ENDPOINT_URL_SECRETS_MANAGER", url(), "AWS_ENDPOINT_URL_SSM", url(), "AWS_ACCESS_KEY_ID",
        KEY_ID, "AWS_SECRET_ACCESS_KEY", "stub-secret-access-key", "AWS_SESSION_TOKEN", "stub-session-token");
  }

  /** What a sandbox under SnapStart has: credentials from an endpoint. */
  public Map<String, String> snapStartEnvironment() {
    return Map.of("AWS_ENDPOINT_URL_SECRETS_MANAGER", url(), "AWS_ENDPOINT_URL_SSM", url(),
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", url() + "/credentials", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "stub-token");
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Keeps a text under an ARN. */
  public void put(String arn, String text) {
    values.put(arn, text);
  }

  /** Answers everything with this from now on. */
  public void fail(int status, String body) {
    failure = Optional.of(new Failure(status, body));
  }

  /** Takes requests and does not answer from now on. */
  public void fallSilent() {
    silent = true;
  }

  public void recover() {
    failure = Optional.empty();
    silent = false;
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      var headers = new ConcurrentHashMap<String, String>();
      exchange.getRequestHeaders().forEach((name, all) -> headers.put(name, String.join(",", all)));
      var request = new Asked(headers.getOrDefault("X-amz-target", ""), body, headers);
      asked.add(request);
      if (silent) {
        new CountDownLatch(1).await();
      }
      var answer = failure.orElseGet(() -> answer(exchange.getRequestMethod() + exchange.getRequestURI(), request));
      send(exchange, answer.status(), answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Failure answer(String line, Asked request) {
    var arn = ARN.matcher(request.body());
    if (!line.equals("POST/") || !arn.find()
        || !"application/x-amz-json-1.1".equals(request.headers().get("Content-type"))) {
      return refused("SerializationException");
    }
    var signed = ("AWS4-HMAC-SHA256 Credential=%s/\\d{8}/%s/%s/aws4_request, SignedHeaders=[a-z0-9;-]*host;"
        + "[a-z0-9;-]*x-amz-date;[a-z0-9;-]*x-amz-target[a-z0-9;-]*, Signature=[0-9a-f]{64}")
        .formatted(KEY_ID, arn.group(2), arn.group(1));
    if (!request.headers().getOrDefault("Authorization", "").matches(signed)
        || !"stub-session-token".equals(request.headers().get("X-amz-security-token"))) {
      return refused("IncompleteSignatureException");
    }
    var value = values.get(arn.group());
    if (value == null) {
      return refused("ResourceNotFoundException");
    }
    return switch (request.target()) {
      case "secretsmanager.GetSecretValue" ->
        new Failure(200, new JsonBuilder().add("ARN", arn.group()).add("SecretString", value).end().value());
      case "AmazonSSM.GetParameter" -> new Failure(200,
          new JsonBuilder().add("Parameter", new JsonBuilder().add("Type", "SecureString").add("Value", value).end())
              .end().value());
      default -> refused("UnknownOperationException");
    };
  }

  private static Failure refused(String type) {
    return new Failure(400,
        "{\"__type\":\"com.amazonaws.stub#" + type + "\",\"message\":\"a message that is not repeated\"}");
  }

  private void credentials(HttpExchange exchange) throws IOException {
    try (exchange) {
      var known = "stub-token".equals(exchange.getRequestHeaders().getFirst("Authorization"));
      send(exchange, known ? 200 : 401, known ? """
          {"AccessKeyId":"%s","SecretAccessKey":"stub-secret-access-key","Token":"stub-session-token",
           "Expiration":"2099-01-01T00:00:00Z"}""".formatted(KEY_ID) : "{}");
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    var bytes = text.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
