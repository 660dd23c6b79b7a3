package dev.nodash.runner;

import dev.nodash.config.Deployment;
import dev.nodash.config.Settings;
import dev.nodash.runner.Connections.Patience;
import dev.nodash.runner.console.Console;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The engine before the functions and what greets the developer. */
@Configuration(proxyBeanMethods = false)
class WebServer {

  @Bean
  HttpServer httpServer(FunctionCatalog catalog, Deployment deployment, Settings settings, Environment environment,
      ObjectProvider<Metrics> metrics, ObjectProvider<Console> console, ObjectProvider<SslBundles> bundles) {
    var dispatcher = new Dispatcher(catalog, deployment.functions());
    var server = settings.server();
    metrics.ifAvailable(it -> it.serve(server.host(), server.telemetry().prometheusPort().orElseThrow(), dispatcher));
    var patience = new Patience(duration(environment, "head"), duration(environment, "body"),
        duration(environment, "idle"));
    var most = environment.getRequiredProperty("nodash.connections", Integer.class);
    return new HttpServer(new Connections(dispatcher, new Replies(Clock.systemUTC()), patience,
        Optional.ofNullable(console.getIfAvailable()), most),
        new InetSocketAddress(server.host(), server.port()), server.tls().map(_ -> new Tls(bundles)));
  }

  private static Duration duration(Environment environment, String what) {
    return environment.getRequiredProperty("nodash.patience." + what, Duration.class);
  }

  @Bean
  ApplicationListener<ApplicationReadyEvent> greeting(Settings settings) {
    return _ -> new Greeting(settings).print();
  }
}
