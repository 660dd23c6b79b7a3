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
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.cloud.function.context.FunctionRegistration;
import org.springframework.cloud.function.context.catalog.FunctionTypeUtils;
import org.springframework.context.support.GenericApplicationContext;

/**
 * Registers the functions with Spring Cloud Function, without scanning or annotations.
 *
 * <p>The domain functions are registered on our own records, which the catalog hands through untouched. On Lambda the
 * definition is {@code gatewayIn|track|gatewayOut}: given an InputStream, FunctionInvoker neither parses nor logs the
 * event and does not wrap the answer.
 */
public final class FunctionRegistrar {
  private static final String GATEWAY_IN = "gatewayIn";

  private final GenericApplicationContext context;

  public FunctionRegistrar(GenericApplicationContext context) {
    this.context = context;
  }

  /** Registers one domain function; all of one context share one {@link Deployment}. */
  public FunctionRegistrar function(String name, Function<Functions, Endpoint> build) {
    if (!context.containsBeanDefinition(Deployment.class.getName())) {
      context.registerBean(Deployment.class.getName(), Deployment.class, this::deployment);
    }
    register(name, HttpRequest.class, HttpResponse.class, () -> line(build));
    return this;
  }

  /**
   * Registers what stands before and behind a domain function on Lambda. Reads the settings now, not inside a bean, so
   * that Lambda is told of their faults and not of a bean's. Secrets that AWS keeps are read at the first request, since a
   * snapshot of SnapStart would keep them.
   */
  public FunctionRegistrar gateway() {
    var secrets = NamedSecrets.in(DotEnv.overlaid(Path.of(".env"), System.getenv()));
    var settings = Settings.of(secrets.withStandIns());
    context.registerBean(Settings.class, () -> settings);
    if (!secrets.arns().isEmpty()) {
      context.removeBeanDefinition(Deployment.class.getName());
      var reader = AwsSecrets.of(System.getenv());
      context.registerBean(RenewedDeployment.class,
          () -> new RenewedDeployment(secrets, settings, reader::read, Clock.systemUTC()));
    }
    register(GATEWAY_IN, InputStream.class, HttpRequest.class, GatewayIn::new);
    register("gatewayOut", HttpResponse.class, byte[].class, GatewayOut::new);
    return this;
  }

  private Function<HttpRequest, HttpResponse> line(Function<Functions, Endpoint> build) {
    if (!context.containsBean(GATEWAY_IN)) {
      return build.apply(context.getBean(Deployment.class).functions());
    }
    var renewed = context.getBeanProvider(RenewedDeployment.class).getIfAvailable();
    return new WarmUp(renewed == null
        ? build.apply(context.getBean(Deployment.class).functions())
        : renewed.function(build));
  }

  private Deployment deployment() {
    return Deployment.open(context.getBean(Settings.class), Clock.systemUTC());
  }

  private <I, O> void register(String name, Class<I> in, Class<O> out, Supplier<Function<I, O>> make) {
    context.registerBean(name, FunctionRegistration.class,
        () -> new FunctionRegistration<>(make.get(), name).type(FunctionTypeUtils.functionType(in, out)));
  }
}
