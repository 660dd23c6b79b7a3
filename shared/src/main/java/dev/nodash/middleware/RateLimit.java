package dev.nodash.middleware;

import dev.nodash.http.ClientAddress;
import dev.nodash.middleware.Rejection.BatchTooLarge;
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
    admit(tenant, exchange, exchange.user().orElse(""), 1);
  }

  /** Charges a batch its events, to the tenant and the address, wholly or not at all. */
  void admitBatch(Tenant tenant, Exchange exchange, int events) {
    var most = limiter.limits().most();
    if (events > most) {
      throw new Rejected(new BatchTooLarge(events, most));
    }
    admit(tenant, exchange, "", Math.max(1, events));
  }

  private void admit(Tenant tenant, Exchange exchange, String user, int cost) {
    var subject = new Subject(address.of(exchange.request()), user);
    var decision = limiter.take(tenant, subject, cost, exchange.receivedAt());
    exchange.charged(decision);
    if (!decision.admitted()) {
      throw new Rejected(new RateLimited(decision.reset()));
    }
  }
}
