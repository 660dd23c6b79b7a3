package dev.nodash.config;

import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.lambda.GatewayIn;
import dev.nodash.lambda.GatewayOut;
import dev.nodash.middleware.Endpoint;
import dev.nodash.middleware.Functions;
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
  private final GenericApplicationContext context;

  public FunctionRegistrar(GenericApplicationContext context) {
    this.context = context;
  }

  /** Registers one domain function; all of one context share one {@link Deployment}. */
  public FunctionRegistrar function(String name, Function<Functions, Endpoint> build) {
    if (!context.containsBeanDefinition(Deployment.class.getName())) {
      context.registerBean(Deployment.class.getName(), Deployment.class, this::deployment);
    }
    register(name, HttpRequest.class, HttpResponse.class,
        () -> build.apply(context.getBean(Deployment.class).functions()));
    return this;
  }

  /**
   * Registers what stands before and behind a domain function on Lambda. Reads the settings now, not inside a bean, so
   * that Lambda is told of their faults and not of a bean's.
   */
  public FunctionRegistrar gateway() {
    var settings = Settings.of(DotEnv.overlaid(Path.of(".env"), System.getenv()));
    context.registerBean(Settings.class, () -> settings);
    register("gatewayIn", InputStream.class, HttpRequest.class, GatewayIn::new);
    register("gatewayOut", HttpResponse.class, byte[].class, GatewayOut::new);
    return this;
  }

  private Deployment deployment() {
    return Deployment.open(context.getBean(Settings.class), Clock.systemUTC());
  }

  private <I, O> void register(String name, Class<I> in, Class<O> out, Supplier<Function<I, O>> make) {
    context.registerBean(name, FunctionRegistration.class,
        () -> new FunctionRegistration<>(make.get(), name).type(FunctionTypeUtils.functionType(in, out)));
  }
}
