package dev.nodash.runner;

import dev.nodash.batch.BatchApplication;
import dev.nodash.config.Deployment;
import dev.nodash.config.DotEnv;
import dev.nodash.config.Settings;
import dev.nodash.health.HealthApplication;
import dev.nodash.identify.IdentifyApplication;
import dev.nodash.middleware.Observer;
import dev.nodash.runner.console.Console;
import dev.nodash.page.PageApplication;
import dev.nodash.track.TrackApplication;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;

/**
 * Starts the runner. What Spring may configure by itself is listed in {@code LocalRunner.imports}: a web server, its
 * time to stop, the function catalog and, in development, the restart on a change of code. The web controller of Spring
 * Cloud Function, whose routes, headers and statuses are not ours, is not among it.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration
@Import(WebServer.class)
public class LocalRunner {

  /** Starts, or says in words what keeps it from starting and exits with 1. */
  public static void main(String[] args) {
    shareProcessors();
    keepConnections();
    tuneBuffers();
    try {
      start(DotEnv.overlaid(Path.of(".env"), System.getenv()), args);
    } catch (RuntimeException e) {
      System.err.println("nodash cannot start: " + StartFault.words(e).orElseThrow(() -> e));
      System.exit(1);
    }
  }

  /**
   * Gives virtual threads the processors that the event loops leave. With as many carriers as processors both wake each
   * other up for every request, which costs more than the request. To be called before the first virtual thread.
   */
  private static void shareProcessors() {
    System.getProperties().putIfAbsent("jdk.virtualThreadScheduler.parallelism",
        Integer.toString(Math.ceilDiv(Runtime.getRuntime().availableProcessors(), 2)));
  }

  /**
   * Lets the JDK's HTTP client, which calls DynamoDB, keep as many idle connections to one host as it may use at once; it
   * keeps 5 otherwise, and makes a new one for each further call.
   */
  private static void keepConnections() {
    System.getProperties().putIfAbsent("http.maxConnections", "128");
  }

  /**
   * Lets Netty hand out buffers of its older allocator, in chunks of 256 KiB, and without a record of where one in 128 of them
   * was made, which is a stack trace each. To be called before the first class of Netty.
   */
  private static void tuneBuffers() {
    System.getProperties().putIfAbsent("io.netty.allocator.type", "pooled");
    System.getProperties().putIfAbsent("io.netty.allocator.maxOrder", "5");
    System.getProperties().putIfAbsent("io.netty.leakDetection.level", "disabled");
  }

  private static void start(Map<String, String> variables, String[] args) {
    var settings = Settings.of(variables);
    var application = new SpringApplication(LocalRunner.class);
    var properties = new HashMap<String, Object>(
        Map.of("spring.profiles.active", settings.environment().name().toLowerCase(Locale.ROOT), "logging.level.root",
            settings.server().logLevel().name()));
    settings.server().tls().map(Tls::properties).ifPresent(properties::putAll);
    application.setDefaultProperties(properties);
    application.addInitializers((GenericApplicationContext context) -> {
      var metrics = settings.server().telemetry().prometheusPort().map(_ -> new Metrics());
      var console = settings.server().console().map(it -> new Console(settings, it, Clock.systemUTC()));
      var variablesOfTraces = settings.server().telemetry().traces();
      var traces = variablesOfTraces.isEmpty() ? Optional.<Traces>empty() : Optional.of(new Traces(variablesOfTraces));
      var deployment = Deployment.open(settings, Clock.systemUTC(),
          Observer.of(Stream.of(metrics, console, traces).<Observer>flatMap(Optional::stream).toList()));
      traces.ifPresent(it -> context.registerBean(Traces.class, () -> it));
      console.ifPresent(it -> context.registerBean(Console.class, () -> it));
      metrics.ifPresent(it -> context.registerBean(Metrics.class, () -> it));
      context.registerBean(Deployment.class.getName(), Deployment.class, () -> deployment);
      context.registerBean(Settings.class, () -> settings);
      if (KeyFiles.areNamed(variables)) {
        context.registerBean(KeyFiles.class, () -> new KeyFiles(variables, settings, deployment));
      }
      new TrackApplication().register(context);
      new IdentifyApplication().register(context);
      new PageApplication().register(context);
      new BatchApplication().register(context);
      new HealthApplication().register(context);
    });
    application.run(args);
  }
}
