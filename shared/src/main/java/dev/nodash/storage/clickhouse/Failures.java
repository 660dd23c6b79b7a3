package dev.nodash.storage.clickhouse;

import com.clickhouse.client.api.ConnectionInitiationException;
import com.clickhouse.client.api.ServerException;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.hc.core5.http.NoHttpResponseException;

/** What the driver's exceptions mean. The engine names its reasons by number, in {@code system.errors}. */
final class Failures {
  /** A value that cannot be read, does not fit its column or breaks a constraint: met before a part is written. */
  private static final Set<Integer> DATA = Set.of(6, 26, 27, 33, 38, 41, 53, 69, 70, 117, 131, 321, 349, 376, 395, 469,
      691);
  /**
   * Met before the first part is written: no such column 16, 47, table 60 or database 81; syntax 62; settings 115, 452;
   * read-only user 164; credentials 192 to 195 and 516; quota 201; too many queries 202; too many parts 252; too few
   * replicas 285, 286; not granted 497.
   */
  private static final Set<Integer> BEFORE_WRITING = Set.of(16, 47, 60, 62, 81, 115, 164, 192, 193, 194, 195, 201, 202,
      252, 285, 286, 452, 497, 516);
  /** Met at a part that is not written then: out of memory 241, read-only replica 242, disk full 243. */
  private static final Set<Integer> WHILE_WRITING = Set.of(241, 242, 243);

  private Failures() {}

  /**
   * The failure that a call ended with.
   *
   * <p>A number that is in none of the sets, such as a timeout 159 or a lost quorum 319, says nothing of what was
   * written. Nor does a reply that did not come, or one from a proxy. A materialized view that somebody attached to the
   * table can fail after the table has its rows and be taken for one of the others; a retry is harmless there.
   *
   * @param parts how many parts the call would write, none for one that only reads
   * @param url for the message, which holds nothing of what the engine says: that quotes rows
   */
  static StoreException classify(Throwable thrown, int parts, ClickHouseUrl url) {
    var code = in(thrown, ServerException.class).map(ServerException::getCode).orElse(0);
    var reason = "ClickHouse at " + url + (code > 0 ? " refuses with code " + code : " " + reason(thrown));
    if (parts > 0 && DATA.contains(code)) {
      return new DataRefused(reason, thrown);
    }
    var nothingWritten = parts == 0 || BEFORE_WRITING.contains(code) || (parts == 1 && WHILE_WRITING.contains(code))
        || wasNotSent(thrown);
    return nothingWritten ? new StoreUnavailable(reason, thrown) : new OutcomeUnknown(reason, thrown);
  }

  /** Whether the connection broke at once, as opposed to a server that keeps silent. */
  static boolean wasLost(Throwable thrown) {
    return in(thrown, NoHttpResponseException.class).isPresent()
        || in(thrown, SocketException.class).filter(e -> !(e instanceof ConnectException)).isPresent();
  }

  /** Refused, not resolved, or no connection free: the driver counts a reply that did not come among these too. */
  private static boolean wasNotSent(Throwable thrown) {
    return in(thrown, ConnectionInitiationException.class).isPresent() && !wasLost(thrown);
  }

  private static String reason(Throwable thrown) {
    if (wasNotSent(thrown)) {
      return "cannot be reached";
    }
    return thrown instanceof TimeoutException ? "did not answer in time" : "did not answer";
  }

  private static <T extends Throwable> Optional<T> in(Throwable thrown, Class<T> type) {
    return Stream.iterate(thrown, cause -> cause != null, Throwable::getCause).filter(type::isInstance).map(type::cast)
        .findFirst();
  }
}
