package dev.nodash.config;

import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import java.io.InputStream;
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
  private final NamedSecrets secrets;
  private final Settings checked;
  private volatile Opened opened;

  private record Opened(RenewedDeployment deployment, Function<InputStream, byte[]> line) {}

  /**
   * Opens the deployment.
   *
   * @throws ConfigurationException if it cannot be used as the settings say
   */
  Sandbox(LambdaFunction function, NamedSecrets secrets) {
    this.function = function;
    this.secrets = secrets;
    this.checked = Settings.of(secrets.withStandIns());
    this.opened = opened();
  }

  byte[] answer(InputStream event) {
    return opened.line().apply(event);
  }

  @Override
  public void beforeCheckpoint(@Nullable Context<? extends Resource> context) {
    var deployment = opened.deployment();
    var rehearsed = line(function.line(deployment.rehearsal()));
    for (var event : Rehearsal.events(checked.access().apiKeyHeader())) {
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
    var deployment = function.deployment(secrets);
    return new Opened(deployment, line(function.line(deployment)));
  }

  private Function<InputStream, byte[]> line(Function<HttpRequest, HttpResponse> line) {
    var registry = new DirectRegistry();
    function.registrations(line).forEach(registry::register);
    return registry.lookup(function.definition());
  }
}
