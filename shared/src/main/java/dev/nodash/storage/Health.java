package dev.nodash.storage;

import java.util.Optional;

/**
 * The state of one dependency, found by its lightest means.
 *
 * @param fault what is wrong, in words for the log; it may name hosts and paths and is never sent to a client
 */
public record Health(Optional<String> fault) {
  public static final Health HEALTHY = new Health(Optional.empty());

  public static Health unhealthy(String fault) {
    return new Health(Optional.of(fault));
  }

  public boolean isHealthy() {
    return fault.isEmpty();
  }
}
