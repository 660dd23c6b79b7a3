package dev.nodash.config;

import dev.nodash.middleware.Functions;
import java.io.InputStream;
import java.time.Clock;
import java.util.function.Function;
import org.crac.Context;
import org.crac.Resource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One function over one deployment, in a sandbox of Lambda.
 *
 * <p>With SnapStart many sandboxes wake from one snapshot. Before it is taken, requests that are not stored load every class
 * that a request needs, and all is let go of that copies must not share: connections, files, owners of claims, random
 * numbers, counters, times. Each copy makes all of that anew when it wakes.
 */
final class Sandbox implements Resource {
  private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);

  private final LambdaFunction function;
  private final Settings settings;
  private volatile Opened opened;

  private record Opened(Deployment deployment, Function<InputStream, byte[]> line) {}

  /**
   * Opens the deployment.
   *
   * @throws ConfigurationException if it cannot be used as the settings say
   */
  Sandbox(LambdaFunction function, Settings settings) {
    this.function = function;
    this.settings = settings;
    this.opened = opened();
  }

  byte[] answer(InputStream event) {
    return opened.line().apply(event);
  }

  @Override
  public void beforeCheckpoint(@Nullable Context<? extends Resource> context) {
    var deployment = opened.deployment();
    var rehearsed = line(deployment.rehearsal());
    for (var event : Rehearsal.events(settings.access().apiKeyHeader())) {
      LOG.debug("rehearsed: {} bytes", rehearsed.apply(event).length);
    }
    deployment.close();
  }

  /**
   * Opens the deployment again.
   *
   * @throws ConfigurationException as the constructor does; Lambda then gives the copy up
   */
  @Override
  public void afterRestore(@Nullable Context<? extends Resource> context) {
    opened = opened();
  }

  private Opened opened() {
    var deployment = function.open(settings, Clock.systemUTC());
    return new Opened(deployment, line(deployment.functions()));
  }

  private Function<InputStream, byte[]> line(Functions functions) {
    var registry = new DirectRegistry();
    function.registrations(functions).forEach(registry::register);
    return registry.lookup(function.definition());
  }
}
