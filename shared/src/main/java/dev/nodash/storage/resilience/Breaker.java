package dev.nodash.storage.resilience;

import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A circuit breaker about one engine: once two of the last four calls have failed, the engine is not asked for a
 * second and callers are told at once; then one call tries it.
 *
 * <p>A failure is that the engine did not do what it was asked or did not say. That it refuses data, or is used wrongly,
 * says nothing about the engine's health.
 */
public final class Breaker {
  private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);
  private static final int CALLS = 4;
  private static final int HALF = 50;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final CircuitBreaker circuit;

  /**
   * Makes a closed circuit.
   *
   * @param engine in words, for the log
   */
  public Breaker(String engine, Clock clock) {
    circuit = CircuitBreaker.of(engine,
        CircuitBreakerConfig.custom().slidingWindow(CALLS, CALLS, SlidingWindowType.COUNT_BASED)
            .failureRateThreshold(HALF).waitDurationInOpenState(PAUSE).permittedNumberOfCallsInHalfOpenState(1)
            .clock(clock)
            .build());
    circuit.getEventPublisher().onStateTransition(
        event -> LOG.warn("{}: circuit {}", engine, event.getStateTransition().getToState()));
  }

  /**
   * Asks the engine, unless it has just been failing.
   *
   * @throws StoreUnavailable if it is not asked
   */
  <T> T call(Supplier<T> engine) {
    if (!circuit.tryAcquirePermission()) {
      throw new StoreUnavailable(circuit.getName() + " was failing a moment ago and is not asked");
    }
    long start = System.nanoTime();
    try {
      var answer = engine.get();
      circuit.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      return answer;
    } catch (StoreUnavailable | OutcomeUnknown e) {
      throw failed(e, start);
    } catch (RuntimeException | Error e) {
      circuit.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      throw e;
    }
  }

  private StoreException failed(StoreException e, long start) {
    circuit.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
    return e;
  }
}
