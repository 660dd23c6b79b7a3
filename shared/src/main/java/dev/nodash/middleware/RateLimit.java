package dev.nodash.middleware;

import dev.nodash.http.ClientAddress;
import dev.nodash.middleware.Rejection.RateLimited;
import dev.nodash.model.Tenant;
import dev.nodash.storage.RateLimiter;
import dev.nodash.storage.RateLimiter.Subject;

/** Charges every request that is authenticated to the budget of (tenant, client address, user). */
final class RateLimit {
  private final RateLimiter limiter;
  private final ClientAddress address;

  RateLimit(RateLimiter limiter, ClientAddress address) {
    this.limiter = limiter;
    this.address = address;
  }

  void admit(Tenant tenant, Exchange exchange) {
    var subject = new Subject(address.of(exchange.request()), exchange.user().orElse(""));
    var decision = limiter.take(tenant, subject, 1, exchange.receivedAt());
    exchange.charged(decision);
    if (!decision.admitted()) {
      throw new Rejected(new RateLimited(decision.reset()));
    }
  }
}
