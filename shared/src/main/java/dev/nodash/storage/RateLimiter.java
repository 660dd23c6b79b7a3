package dev.nodash.storage;

import dev.nodash.model.Tenant;
import java.time.Duration;
import java.time.Instant;

/**
 * A sliding window: never more than the limit admitted in any window of the configured length, for each (tenant,
 * subject). Check and count are one atomic step.
 *
 * <p>The window is kept in {@value #SUB_BUCKETS} sub-buckets, each counted whole until its last moment has left. An idle
 * subject is therefore admitted exactly the limit, and the limit again after the window and one sub-bucket.
 */
public interface RateLimiter extends Component {
  int SUB_BUCKETS = 60;

  /**
   * Takes {@code cost} from the subject's budget, wholly or not at all.
   *
   * @param cost 1 or more
   */
  Decision take(Tenant tenant, Subject subject, int cost, Instant now);

  /** What it admits. */
  Limits limits();

  /**
   * Whose budget it is, within the tenant.
   *
   * @param address the client's address, IPv6 already cut to its /64
   * @param user the token's subject, else the user id, else the anonymous id, else empty
   */
  record Subject(String address, String user) {}

  /**
   * How much is admitted.
   *
   * @param max requests a window and subject, 1 or more
   * @param window length of the window, 1 second or more
   * @param tenantMax requests a window of a tenant as a whole; 0 for no such bound
   */
  record Limits(int max, Duration window, int tenantMax) {

    public Limits {
      if (max < 1 || tenantMax < 0 || window.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException("a limit admits at least 1 request in at least 1 second");
      }
    }

    /** The highest cost that is ever admitted. */
    public int most() {
      return tenantMax > 0 ? Math.min(max, tenantMax) : max;
    }
  }

  /**
   * What became of a request.
   *
   * @param admitted whether it may go on
   * @param limit requests a window
   * @param remaining how many more would be admitted now, 0 or more
   * @param reset until at least one more is free
   */
  record Decision(boolean admitted, int limit, int remaining, Duration reset) {}
}
