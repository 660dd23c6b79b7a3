package dev.nodash.storage.bigquery;

import com.google.api.client.util.BackOff;
import com.google.api.client.util.BackOffUtils;
import com.google.api.client.util.ExponentialBackOff;
import com.google.api.client.util.Sleeper;
import com.google.auth.oauth2.GoogleCredentials;
import dev.nodash.json.JsonBuilder;
import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.JsonText;
import dev.nodash.model.Tenant;
import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.StoreUnavailable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Events in BigQuery, by its streaming method {@code tabledata.insertAll}. Users read the view {@code events}:
 *
 * <pre>
 * events_raw  partitioned by day of received_at, clustered by (tenant_id, event_name)
 * events      of the rows of events_raw with the same (tenant_id, event_id) the one received first
 * </pre>
 *
 * What was sent as JSON is kept as text. The day is that of the receipt, because the service refuses rows whose partition is
 * more than five years ago.
 *
 * <p>Guarantee: an append that returns was acknowledged by the service. The table has each event at least once, the view
 * once: {@code insertId}, which is the event's id, has the service drop most repetitions within a minute, and the
 * deduplicator those of its window.
 *
 * <p>Limits: the service does not tell which events it had. A new table takes events after minutes only. The view goes
 * through all days; a query that must not can ask {@code events_raw} for its days.
 */
public final class BigQueryEventStore implements BulkEventStore {
  /** How long a connection may take, and an answer. */
  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration ANSWER = Duration.ofSeconds(3);
  /** How long a token may take where one is asked for under an append, and where the store is opened. */
  private static final Duration TOKEN = Duration.ofSeconds(1);
  private static final Duration FIRST_TOKEN = Duration.ofSeconds(5);
  /** A row is refused for what it holds. */
  private static final String INVALID = "invalid";

  private final Client client;
  private final Duration time;
  private volatile boolean closed;

  /**
   * How the service is used.
   *
   * @param endpoint where to call instead of Google's endpoint
   * @param prepares whether the tables are seen to when the store is opened; who only asks for its health need not
   * @param retention how long after its receipt an event is kept, in whole days
   */
  public record Options(String project, String dataset, Optional<URI> endpoint, SchemaMode schema, boolean prepares,
      Optional<Duration> retention) {}

  /**
   * Sees to the tables.
   *
   * @param deadline how long an append may take in all, 6 seconds or more; one whose token was not accepted takes a second
   * more
   * @throws IllegalStateException if the tables are not as they must be, or the service cannot be used
   */
  public BigQueryEventStore(Options options, GoogleCredentials credentials, Duration deadline) {
    this.time = deadline.minus(CONNECT).minus(ANSWER).minus(TOKEN);
    if (time.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("deadline: " + deadline + ", must be 6 seconds or more");
    }
    this.client = new Client(credentials, options.endpoint(), options.project(), options.dataset(), CONNECT, ANSWER,
        TOKEN);
    if (options.prepares()) {
      authorize();
      new Schema(client, options.project(), options.dataset(), options.retention()).prepare(options.schema());
    }
  }

  private void authorize() {
    try {
      client.authorize(FIRST_TOKEN);
    } catch (Fault e) {
      throw new IllegalStateException(client + ": " + e.getMessage(), e);
    }
  }

  @Override
  public List<Set<EventId>> appendAll(List<Batch> batches) {
    var events = new LinkedHashMap<Key, JsonText>();
    for (var batch : batches) {
      for (var event : batch.events()) {
        events.computeIfAbsent(new Key(batch.tenant(), event.id()), _ -> EventRow.of(batch.tenant(), event));
      }
    }
    if (!events.isEmpty()) {
      insert(events);
    }
    return batches.stream().map(_ -> Set.<EventId>of()).toList();
  }

  /** Inserts the rows, and those again that the service could not take for the moment. */
  private void insert(Map<Key, JsonText> events) {
    var pause = new ExponentialBackOff.Builder().setInitialIntervalMillis(100).setMaxIntervalMillis(1_000)
        .setMaxElapsedTimeMillis((int) time.toMillis()).build();
    var left = new LinkedHashMap<>(events);
    var certain = true;
    while (!left.isEmpty()) {
      try {
        var missing = missing(left);
        certain &= missing.size() == left.size();
        left.keySet().retainAll(missing);
        if (!left.isEmpty() && !again(pause)) {
          throw certain
              ? new StoreUnavailable("BigQuery takes no rows for the moment")
              : new OutcomeUnknown("BigQuery took some of the rows only");
        }
      } catch (Fault e) {
        certain &= e.isCertain();
        if (!e.isPassing() || !again(pause)) {
          throw e.told(certain);
        }
      }
    }
  }

  /**
   * Inserts once.
   *
   * @return what was not inserted, though nothing is wrong with it
   * @throws DataRefused if the service refuses rows for what they hold, and so takes none
   */
  private Set<Key> missing(Map<Key, JsonText> rows) throws Fault {
    if (closed) {
      throw new StoreUnavailable(client + " is closed");
    }
    var request = new JsonBuilder().add("kind", "bigquery#tableDataInsertAllRequest").add("skipInvalidRows", false)
        .add("ignoreUnknownValues", false).add("rows", new JsonText(
            rows.values().stream().map(JsonText::value).collect(Collectors.joining(",", "[", "]"))))
        .end();
    var errors = RowErrors.of(client.post("/" + Schema.TABLE + "/insertAll", request), List.copyOf(rows.keySet()));
    if (!errors.of(INVALID).isEmpty()) {
      throw new DataRefused("BigQuery refuses rows, " + errors.words(INVALID), errors.of(INVALID));
    }
    return errors.all();
  }

  private static boolean again(BackOff pause) {
    try {
      return BackOffUtils.next(Sleeper.DEFAULT, pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean contains(Tenant tenant, EventId id) {
    return false;
  }

  @Override
  public Deduplicator.Window window(Instant now) {
    return Deduplicator.Window.UNBOUNDED;
  }

  @Override
  public Set<Guarantee> guarantees() {
    return Set.of(Guarantee.SURVIVES_CRASH, Guarantee.SHARED, Guarantee.ONCE);
  }

  /** By asking for the table's type, once. */
  @Override
  public Health check() {
    try {
      client.get("/" + Schema.TABLE + "?fields=type");
      return Health.HEALTHY;
    } catch (Fault e) {
      return Health.unhealthy(client + ": " + e.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
