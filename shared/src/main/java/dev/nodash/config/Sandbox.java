package dev.nodash.config;

import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.middleware.Functions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  /** What an answer needs to leave. */
  private static final Duration MARGIN = Duration.ofMillis(500);

  private final LambdaFunction function;
  private final NamedSecrets secrets;
  private final Settings checked;
  private final Function<InputStream, byte[]> late;
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
    this.late = line(Functions.unavailable(Deployment.rules(checked), Clock.systemUTC(),
        Deployment.embedded(checked, Clock.systemUTC()), "the store did not say in time whether it has it",
        Backends.LEASE));
    this.opened = opened();
  }

  /**
   * Answers an event.
   *
   * @param left until Lambda ends the invocation. Where that is less than a store may take, what is not done by then is
   * answered 503 shortly before, which tells the client more than the gateway would
   */
  byte[] answer(InputStream event, Duration left) throws IOException {
    if (left.compareTo(Backends.LEASE) > 0) {
      return opened.line().apply(event);
    }
    var bytes = event.readAllBytes();
    var answer = new FutureTask<>(() -> opened.line().apply(new ByteArrayInputStream(bytes)));
    Thread.ofPlatform().daemon().name("nodash-request").start(answer);
    try {
      return answer.get(left.minus(MARGIN).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("a request was not done {} before the end of its invocation", MARGIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.error("the line is total and failed all the same", e);
    }
    return late.apply(new ByteArrayInputStream(bytes));
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
