package dev.nodash.runner;

import dev.nodash.config.ConfigurationException;
import dev.nodash.config.Deployment;
import dev.nodash.config.Settings;
import dev.nodash.config.Settings.Access;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then what the files hold that keys are read from, so that a key is replaced without a restart. What cannot be
 * used leaves the keys before it in force.
 */
final class KeyFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFiles.class);
  private static final List<String> VARIABLES = List.of("API_KEYS_FILE", "JWT_SECRET_FILE", "JWT_PUBLIC_KEY_FILE");
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Map<String, String> variables;
  private final Deployment deployment;
  private final ScheduledExecutorService thread = Executors
      .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("nodash-key-files").factory());
  private Access current;
  private String fault = "";

  /** Looks from now on. */
  KeyFiles(Map<String, String> variables, Settings settings, Deployment deployment) {
    this.variables = Map.copyOf(variables);
    this.current = settings.access();
    this.deployment = deployment;
    var _ = thread.scheduleWithFixedDelay(this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether keys are read from files. */
  static boolean areNamed(Map<String, String> variables) {
    return VARIABLES.stream().anyMatch(variables::containsKey);
  }

  private void look() {
    try {
      var next = Settings.of(variables).access();
      if (!next.equals(current)) {
        deployment.accept(next);
        current = next;
        LOG.info("the keys in the files have changed and are in force: {} API keys", next.apiKeys().size());
      }
      fault = "";
    } catch (ConfigurationException e) {
      if (!fault.equals(e.getMessage())) {
        fault = String.valueOf(e.getMessage());
        LOG.error("the keys in the files cannot be used, those before them hold: {}", fault);
      }
    } catch (RuntimeException e) {
      LOG.error("the files of keys cannot be looked at", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
