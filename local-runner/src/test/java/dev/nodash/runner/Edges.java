package dev.nodash.runner;

import dev.nodash.runner.SamTemplate.LambdaFunction;
import dev.nodash.secrets.SecretsStub;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The same deployment at every edge: the runner behind a proxy, and each function's zip behind either gateway. */
final class Edges implements AutoCloseable {
  /** Every function of the template. */
  static final Set<String> ALL = Set.of("TrackFunction", "IdentifyFunction", "PageFunction", "BatchFunction",
      "HealthFunction");

  /** The parameters of a stack that holds nothing. */
  static final Map<String, String> PARAMETERS = Map.of("NodeEnv", "test", "StoreEvents", "flatfile", "StoreUsers",
      "flatfile", "StoreRateLimit", "memory", "StoreDeduplication", "memory", "LambdaAllowEphemeral", "true");

  private record Sandbox(String function, GatewayEvents format) {}

  private final SamTemplate template;
  private final RunnerProcess runner;
  private final SecretsStub aws = new SecretsStub();
  private final Map<Sandbox, LambdaProcess> sandboxes = new HashMap<>();

  /**
   * Starts everything and waits for all.
   *
   * @param functions whose zips are to be started
   * @param parameters of the template, over {@link #PARAMETERS}
   * @param environment the runner's, to the same effect
   */
  Edges(Path folder, Set<String> functions, Map<String, String> parameters, Map<String, String> environment) {
    this(folder, functions, parameters, environment, _ -> Map.of());
  }

  /** The same, with variables that the functions behind a gateway have beside those of the template. */
  Edges(Path folder, Set<String> functions, Map<String, String> parameters, Map<String, String> environment,
      Function<GatewayEvents, Map<String, String>> more) {
    var chosen = new HashMap<>(PARAMETERS);
    chosen.putAll(parameters);
    template = template(chosen);
    for (var function : template.functions()) {
      if (functions.contains(function.name())) {
        for (var format : GatewayEvents.values()) {
          var sandbox = new HashMap<>(aws.environment());
          sandbox.putAll(more.apply(format));
          sandboxes.put(new Sandbox(function.name(), format),
              LambdaProcess.start(function, folder.resolve(function.name() + format), sandbox));
        }
      }
    }
    var variables = new HashMap<>(Map.of("TRUSTED_PROXIES", "1"));
    variables.putAll(environment);
    runner = RunnerProcess.start(folder, variables);
    sandboxes.values().forEach(LambdaProcess::awaitReady);
  }

  static SamTemplate template(Map<String, String> parameters) {
    return new SamTemplate(Path.of(System.getProperty("nodash.root"), "template.yaml"), parameters);
  }

  /** The runner's answer, asked by a proxy that ends TLS. */
  Reply runner(ContractCase request) {
    var query = request.query().isEmpty() ? "" : "?" + request.query();
    var builder = HttpRequest.newBuilder(URI.create(runner.uri(request.path()) + query)).method(request.method(),
        request.body().size() == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(request.body().bytes()));
    request.headers().forEach(it -> builder.header(it.getKey(), it.getValue()));
    builder.header("X-Forwarded-For", request.source()).header("X-Forwarded-Proto", "https");
    return Reply.of(runner.send(builder));
  }

  /** The answer of the function that the template gives the path to. */
  Reply lambda(ContractCase request, GatewayEvents format) {
    var answer = sandbox(template.functionFor(request.path()), format).invoke(format.event(request));
    return Reply.ofGateway(request.method(), answer);
  }

  LambdaProcess sandbox(LambdaFunction function, GatewayEvents format) {
    var sandbox = sandboxes.get(new Sandbox(function.name(), format));
    if (sandbox == null) {
      throw new IllegalArgumentException(function.name() + " was not started");
    }
    return sandbox;
  }

  /** What keeps the secrets that the template's parameters name. */
  SecretsStub aws() {
    return aws;
  }

  SamTemplate template() {
    return template;
  }

  Iterable<LambdaProcess> sandboxes() {
    return sandboxes.values();
  }

  @Override
  public void close() {
    sandboxes.values().forEach(LambdaProcess::close);
    runner.close();
    aws.close();
  }
}
