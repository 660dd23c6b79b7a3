package dev.nodash.config;

import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.lambda.GatewayIn;
import dev.nodash.lambda.GatewayOut;
import dev.nodash.lambda.WarmUp;
import dev.nodash.middleware.Endpoint;
import dev.nodash.middleware.Functions;
import dev.nodash.secrets.AwsSecrets;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.cloud.function.context.FunctionRegistration;
import org.springframework.cloud.function.context.catalog.FunctionTypeUtils;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * One function as Spring Cloud Function has it, without scanning or annotations; what {@code MAIN_CLASS} names extends it.
 *
 * <p>The domain function is registered on our own records, which the catalog hands through untouched. On Lambda the
 * definition is {@code gatewayIn|track|gatewayOut}: given an InputStream, the catalog converts nothing and wraps nothing.
 * {@link LambdaHandler} looks that definition up in a {@link DirectRegistry}; FunctionInvoker takes this class as the
 * initializer of an application.
 */
public abstract class LambdaFunction implements ApplicationContextInitializer<GenericApplicationContext> {
  private static final String IN = "gatewayIn";
  private static final String OUT = "gatewayOut";

  private final String name;
  private final Function<Functions, Endpoint> build;

  protected LambdaFunction(String name, Function<Functions, Endpoint> build) {
    this.name = name;
    this.build = build;
  }

  /**
   * Opens what the function stands on, where it stands alone.
   *
   * @throws ConfigurationException if it cannot be used as the settings say
   */
  protected Deployment open(Settings settings, Clock clock) {
    return Deployment.open(settings, clock);
  }

  /** What the catalog is asked for on Lambda. */
  String definition() {
    return IN + "|" + name + "|" + OUT;
  }

  /** What the function stands on in a sandbox of its own. */
  RenewedDeployment deployment(NamedSecrets secrets) {
    RenewedDeployment.Source source = secrets.arns().isEmpty()
        ? (_, _) -> Map.of()
        : AwsSecrets.of(System.getenv())::read;
    return new RenewedDeployment(secrets, Settings.of(secrets.withStandIns()), this::open, source, Clock.systemUTC());
  }

  /** The function on the deployment as it is at each request. */
  Function<HttpRequest, HttpResponse> line(RenewedDeployment deployment) {
    return new WarmUp(deployment.function(build));
  }

  /** The function on these. */
  Function<HttpRequest, HttpResponse> line(Functions functions) {
    return build.apply(functions);
  }

  /** The three functions of the definition, on this line. */
  List<FunctionRegistration<?>> registrations(Function<HttpRequest, HttpResponse> line) {
    return List.of(new FunctionRegistration<>(new GatewayIn(), IN), new FunctionRegistration<>(line, name),
        new FunctionRegistration<>(new GatewayOut(), OUT));
  }

  /**
   * Registers what FunctionInvoker needs. Reads the settings now, not inside a bean, so that Lambda is told of their faults
   * and not of a bean's.
   */
  @Override
  public void initialize(GenericApplicationContext context) {
    var secrets = secrets();
    Settings.of(secrets.withStandIns());
    context.registerBean(RenewedDeployment.class, () -> deployment(secrets));
    context.getEnvironment().getPropertySources()
        .addFirst(new MapPropertySource("nodash", Map.of("spring.cloud.function.definition", definition())));
    bean(context, name, () -> line(context.getBean(RenewedDeployment.class)), HttpRequest.class, HttpResponse.class);
    bean(context, IN, GatewayIn::new, InputStream.class, HttpRequest.class);
    bean(context, OUT, GatewayOut::new, HttpResponse.class, byte[].class);
  }

  /** Registers the function alone, for a runner that has its own edge and a {@link Deployment}. */
  public void register(GenericApplicationContext context) {
    bean(context, name, () -> build.apply(context.getBean(Deployment.class).functions())::answer, HttpRequest.class,
        CompletableFuture.class);
  }

  static NamedSecrets secrets() {
    return NamedSecrets.in(DotEnv.overlaid(Path.of(".env"), System.getenv()));
  }

  private static <I, O> void bean(GenericApplicationContext context, String name, Supplier<Function<I, O>> make,
      Class<I> in, Class<O> out) {
    context.registerBean(name, FunctionRegistration.class,
        () -> new FunctionRegistration<>(make.get(), name).type(FunctionTypeUtils.functionType(in, out)));
  }
}
