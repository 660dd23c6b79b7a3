package dev.nodash.middleware;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nodash.http.ClientAddress;
import dev.nodash.middleware.Rejection.TooManyFailures;
import java.time.Duration;
import java.time.Instant;

/**
 * Counts the calls of a client address whose credentials were all wrong. Who has had too many within a minute is not heard
 * until that minute is over, with whatever credential, so that keys cannot be tried out. Of this process alone.
 */
final class FailedCredentials {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  /** Addresses; those that nobody asked for the longest are forgotten first. */
  private static final int MAX_ADDRESSES = 100_000;

  private final ClientAddress address;
  private final int max;
  private final Cache<String, Failures> failures = Caffeine.newBuilder().maximumSize(MAX_ADDRESSES)
      .expireAfterWrite(WINDOW).build();

  private record Failures(int count, Instant end) {
    boolean isOver(Instant now) {
      return !now.isBefore(end);
    }
  }

  /**
   * Has counted none.
   *
   * @param max failures of an address in a minute; 0: any number
   */
  FailedCredentials(ClientAddress address, int max) {
    this.address = address;
    this.max = max;
  }

  /** Refuses who has had too many. */
  void check(Exchange exchange) {
    // Hardly anybody has had one, and then there is no address to find out.
    if (max == 0 || failures.asMap().isEmpty()) {
      return;
    }
    var now = exchange.receivedAt();
    var had = failures.getIfPresent(address.of(exchange.request()));
    if (had != null && had.count >= max && !had.isOver(now)) {
      throw new Rejected(new TooManyFailures(Duration.between(now, had.end)));
    }
  }

  void count(Exchange exchange) {
    if (max > 0) {
      var now = exchange.receivedAt();
      failures.asMap().compute(address.of(exchange.request()), (_, had) -> had == null || had.isOver(now)
          ? new Failures(1, now.plus(WINDOW))
          : new Failures(had.count + 1, had.end));
    }
  }
}
