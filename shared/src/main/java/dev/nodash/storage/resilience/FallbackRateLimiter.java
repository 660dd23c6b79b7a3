package dev.nodash.storage.resilience;

import dev.nodash.model.Tenant;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.RateLimiter;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * A limiter behind a breaker. While the engine gives no answer, every request is admitted (open) or none is (closed):
 * losing events because they could not be counted is the worse fault for most.
 */
public final class FallbackRateLimiter implements RateLimiter {

  /** {@code RATE_LIMIT_FAILURE}. */
  public enum Failure {
    OPEN, CLOSED
  }

  private final RateLimiter limiter;
  private final Breaker breaker;
  private final Failure failure;
  private final Outage outage;

  /**
   * Takes over the limiter and closes it in the end.
   */
  public FallbackRateLimiter(RateLimiter limiter, Breaker breaker, Failure failure) {
    this.limiter = limiter;
    this.breaker = breaker;
    this.failure = failure;
    this.outage = new Outage(failure == Failure.OPEN
        ? "the rate limiter gives no answer and requests are admitted without it"
        : "the rate limiter gives no answer and requests are refused");
  }

  @Override
  public Decision take(Tenant tenant, Subject subject, int cost, Instant now) {
    try {
      return breaker.call(() -> limiter.take(tenant, subject, cost, now));
    } catch (StoreException e) {
      outage.count(e, now);
      if (failure == Failure.CLOSED) {
        throw new StoreUnavailable("the rate limiter gives no answer", e);
      }
      var max = limiter.limits().max();
      return new Decision(true, max, max, Duration.ZERO);
    }
  }

  @Override
  public Limits limits() {
    return limiter.limits();
  }

  /** How many requests went without the limiter so far. */
  public long unanswered() {
    return outage.calls();
  }

  @Override
  public Set<Guarantee> guarantees() {
    return limiter.guarantees();
  }

  @Override
  public Health check() {
    return limiter.check();
  }

  @Override
  public void close() {
    limiter.close();
  }
}
