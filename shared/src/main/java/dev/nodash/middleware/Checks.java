package dev.nodash.middleware;

import dev.nodash.storage.Component;
import dev.nodash.storage.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks some components side by side, for a second at most, and not more than once a second however many ask. What
 * changes is said in the log, with the reason and the time it took.
 */
final class Checks {
  private static final Logger LOG = LoggerFactory.getLogger(Checks.class);
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final Map<String, Component> components;
  private final ExecutorService threads = Executors
      .newThreadPerTaskExecutor(Thread.ofVirtual().name("nodash-check-", 0).factory());
  private final Map<String, Boolean> states = new HashMap<>();
  private Instant at = Instant.MIN;

  Checks(Map<String, Component> components) {
    this.components = Map.copyOf(components);
  }

  /** Which components are healthy, by name. */
  synchronized Map<String, Boolean> healthy(Instant now) {
    if (now.isBefore(at) || !now.isBefore(at.plus(FRESH))) {
      check();
      at = now;
    }
    return Map.copyOf(states);
  }

  private record Check(String name, long start, Future<Health> health) {}

  private void check() {
    List<Check> checks = new ArrayList<>();
    components.forEach((name, component) -> checks
        .add(new Check(name, System.nanoTime(), threads.submit(() -> component.check()))));
    for (var check : checks) {
      var fault = fault(check);
      var millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - check.start());
      var before = states.put(check.name(), fault.isEmpty());
      if (fault.isPresent() && !Boolean.FALSE.equals(before)) {
        LOG.warn("{} is unhealthy after {} ms: {}", check.name(), millis, fault.get());
      } else if (fault.isEmpty() && Boolean.FALSE.equals(before)) {
        LOG.info("{} is healthy again after {} ms", check.name(), millis);
      }
    }
  }

  private static Optional<String> fault(Check check) {
    try {
      var left = PATIENCE.toNanos() - (System.nanoTime() - check.start());
      return check.health().get(Math.max(0, left), TimeUnit.NANOSECONDS).fault();
    } catch (TimeoutException e) {
      check.health().cancel(true);
      return Optional.of("no answer within " + PATIENCE);
    } catch (ExecutionException e) {
      return Optional.of("the check failed: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("the check was interrupted");
    }
  }
}
