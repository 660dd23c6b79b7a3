package dev.nodash.config;

import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.middleware.Endpoint;
import dev.nodash.middleware.Functions;
import dev.nodash.middleware.Functions.Rules;
import dev.nodash.secrets.Reading;
import dev.nodash.secrets.SecretArn;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deployment of a sandbox of Lambda. Without secrets that AWS keeps it is open from the start. Those are read when a
 * request comes and their time is over, never between requests and never before the first:
 *
 * <ol>
 * <li>Until all have been read once, each request tries, and is answered 503 if one cannot be read.
 * <li>From then on the last good value of each holds, whatever becomes of later readings.
 * <li>New values that make no deployment leave the one before at work, and are tried again at the next reading.
 * </ol>
 *
 * A sandbox has one request at a time: stores that are left behind are closed at once.
 */
final class RenewedDeployment implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RenewedDeployment.class);
  /** Of one reading of all secrets together. */
  static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Duration SOON = Duration.ofSeconds(1);

  /** Where secrets are read; answers for each within the deadline. */
  interface Source {
    Map<String, Reading> read(Map<String, SecretArn> secrets, Duration deadline);
  }

  /** Opens what a function stands on. */
  interface Opener {
    Deployment open(Settings settings, Clock clock);
  }

  private final NamedSecrets secrets;
  private final Rules rules;
  private final Duration interval;
  private final Opener opener;
  private final Source source;
  private final Clock clock;
  private final Function<HttpRequest, HttpResponse> notReady;
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, String> faults = new HashMap<>();
  private Map<String, String> applied = Map.of();
  private @Nullable Deployment deployment;
  private Instant due = Instant.MIN;

  /**
   * Opens what needs no secret.
   *
   * @param checked settings with stand-ins for the secrets
   * @throws ConfigurationException if there is no secret to wait for and a backend cannot be used as the settings say
   */
  RenewedDeployment(NamedSecrets secrets, Settings checked, Opener opener, Source source, Clock clock) {
    this.secrets = secrets;
    this.rules = Deployment.rules(checked);
    this.interval = checked.secretsRefresh();
    this.opener = opener;
    this.source = source;
    this.clock = clock;
    this.notReady = Functions.unavailable(rules, clock, Deployment.embedded(checked, clock),
        "the function is not ready", SOON);
    if (secrets.arns().isEmpty()) {
      deployment = opener.open(checked, clock);
      due = Instant.MAX;
    }
  }

  /** One function on the deployment as it is at each request. */
  Function<HttpRequest, HttpResponse> function(Function<Functions, Endpoint> build) {
    return new Function<>() {
      private @Nullable Functions functions;
      private Function<HttpRequest, HttpResponse> line = notReady;

      @Override
      public HttpResponse apply(HttpRequest request) {
        return line().apply(request);
      }

      private synchronized Function<HttpRequest, HttpResponse> line() {
        var now = current().map(Deployment::functions).orElse(null);
        if (now != null && now != functions) {
          functions = now;
          line = build.apply(now);
        }
        return line;
      }
    };
  }

  /** Functions that store nothing, by the same rules; see {@link Deployment#rehearsal()}. */
  synchronized Functions rehearsal() {
    return deployment == null ? Deployment.rehearsal(rules, clock) : deployment.rehearsal();
  }

  private synchronized Optional<Deployment> current() {
    var now = clock.instant();
    if (deployment == null || !now.isBefore(due)) {
      due = now.plus(interval);
      read();
      if (values.keySet().equals(secrets.arns().keySet()) && !values.equals(applied)) {
        apply(Map.copyOf(values));
      }
    }
    return Optional.ofNullable(deployment);
  }

  private void read() {
    source.read(secrets.arns(), DEADLINE).forEach((name, reading) -> {
      switch (reading) {
        case Reading.Value(var text) -> {
          values.put(name, text);
          if (faults.remove(name) != null) {
            LOG.info("{}{} can be read again", name, NamedSecrets.ARN);
          }
        }
        case Reading.Fault(var what) -> {
          if (!what.equals(faults.put(name, what)) || deployment == null) {
            LOG.error("{}{}: {} cannot be read, {}: {}", name, NamedSecrets.ARN, secrets.arns().get(name),
                values.containsKey(name) ? "the last value holds" : "requests are answered 503", what);
          }
        }
      }
    });
  }

  private void apply(Map<String, String> next) {
    try {
      var settings = Settings.of(secrets.with(next));
      var before = deployment;
      deployment = before == null ? opener.open(settings, clock) : before.renewed(settings);
      applied = next;
      if (before != null) {
        LOG.info("secrets have changed and are used from now on");
      }
    } catch (ConfigurationException e) {
      LOG.error("the secrets read from {} cannot be used: {}", secrets.arns().values(), e.getMessage());
    } catch (RuntimeException e) {
      // A driver's own words might quote a URL with its password.
      LOG.error("no store can be opened on the secrets read from {}: {}", secrets.arns().values(), e.getClass());
    }
  }

  @Override
  public synchronized void close() {
    if (deployment != null) {
      deployment.close();
    }
  }
}
