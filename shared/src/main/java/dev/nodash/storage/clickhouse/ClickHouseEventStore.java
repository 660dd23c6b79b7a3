package dev.nodash.storage.clickhouse;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.BulkEventStore;
import dev.nodash.storage.Deduplicator;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.Health;
import dev.nodash.storage.Page;
import dev.nodash.storage.SchemaMode;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Events in ClickHouse, over its HTTP interface. Users read the view {@code events}:
 *
 * <pre>
 * events_raw  ReplacingMergeTree(version), ORDER BY (tenant_id, event_date, event_id), a partition a month of event_date
 *             version = descending time of storing, so that of repeated rows the first one stays
 * events      SELECT its columns but the version FROM events_raw FINAL
 * </pre>
 *
 * <p>The whole definition is in {@code db/clickhouse}. {@code event_date} is the {@link ClientDay}, stable over
 * retries; {@code properties}, {@code traits} and {@code context} are strings with the JSON as sent. The engine's JSON
 * functions read them, but for texts with a number that no double can hold.
 *
 * <p>Guarantee: an event that is appended again, in whatever batch and however later, is one row of the view, the one
 * that was stored first by the clock of the server. All batches go in one insert, which makes one part a partition; an append that returns is
 * durable as the {@link Durability} says.
 *
 * <p>Limits: the engine does not tell which events it had. Two kinds of repetition are two rows: one whose client sends
 * another day with the same message id, and one without any time that is received on both sides of midnight; there the
 * deduplicator alone protects. An insert of several months is atomic a month, so what fails half way is an
 * {@link dev.nodash.storage.OutcomeUnknown}. The schema is made on one server, or on all where the database itself
 * replicates definitions.
 */
public final class ClickHouseEventStore implements BulkEventStore, EventReader {
  private static final List<String> COLUMNS = EventRow.COLUMNS.stream().map(EventRow.Column::name).toList();

  private final Set<Guarantee> guarantees;
  private final Map<String, String> settings;
  private final Server server;
  private final EventPages pages;
  private final ClickHousePing ping;

  /**
   * Connects and prepares the schema.
   *
   * @throws IllegalStateException if the schema is not as it must be
   * @throws dev.nodash.storage.StoreUnavailable if the server cannot be reached or refuses
   */
  public ClickHouseEventStore(ClickHouseUrl url, Options options) {
    this.guarantees = guarantees(options);
    this.settings = settings(options);
    this.server = new Server(url, options.deadline());
    this.pages = new EventPages(server);
    try {
      new Schema(server).prepare(options);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    this.ping = new ClickHousePing(url);
  }

  /** How the server takes inserts. */
  public enum Inserts {
    /** Each as it comes; for a process that batches by itself. */
    BATCHED,
    /**
     * The server collects those of many processes and answers when they are stored; for processes of one request at a
     * time. A row that it refuses then fails its neighbours of other processes too.
     */
    ASYNC
  }

  /** When an insert counts as durable. */
  public enum Durability {
    /** When its parts are forced to the server's disk. */
    FSYNC,
    /** When the majority of the replicas has them; for a replicated table. */
    QUORUM,
    /** When they are written, which a crash of the machine may undo. */
    NONE
  }

  /**
   * How the store behaves.
   *
   * @param retention for how many days an event is kept after its timestamp; the engine deletes later ones by itself
   * @param deadline how long a call takes at most
   */
  public record Options(SchemaMode schema, Inserts inserts, Durability durability, Optional<Duration> retention,
      Duration deadline) {

    public Options {
      if (retention.isPresent() && !Duration.ofDays(Math.max(1, retention.get().toDays())).equals(retention.get())) {
        throw new IllegalArgumentException("retention: " + retention.get() + ", must be 1 day or more, in whole days");
      }
      if (deadline.compareTo(Duration.ofMillis(100)) < 0) {
        throw new IllegalArgumentException("deadline: " + deadline + ", must be 100 milliseconds or more");
      }
    }
  }

  @Override
  public List<Set<EventId>> appendAll(List<Batch> batches) {
    if (!batches.isEmpty()) {
      server.insert(Schema.TABLE, COLUMNS, new Block(batches), settings);
    }
    return batches.stream().map(_ -> Set.<EventId>of()).toList();
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
  public Page<Event> events(Tenant tenant, Query query) {
    return pages.events(tenant, query);
  }

  @Override
  public Set<Guarantee> guarantees() {
    return guarantees;
  }

  @Override
  public Health check() {
    return ping.check();
  }

  @Override
  public void close() {
    ping.close();
    server.close();
  }

  private static Set<Guarantee> guarantees(Options options) {
    var guarantees = EnumSet.of(Guarantee.SHARED, Guarantee.ONCE);
    if (options.durability() != Durability.NONE) {
      guarantees.add(Guarantee.SURVIVES_CRASH);
    }
    return Set.copyOf(guarantees);
  }

  static Map<String, String> settings(Options options) {
    var settings = new HashMap<String, String>();
    settings.put("async_insert", options.inserts() == Inserts.ASYNC ? "1" : "0");
    settings.put("wait_for_async_insert", "1");
    // The answer tells the end of the insert, not its beginning.
    settings.put("wait_end_of_query", "1");
    // A batch may hold events of 10 years.
    settings.put("max_partitions_per_insert_block", "0");
    if (options.durability() == Durability.QUORUM) {
      settings.put("insert_quorum", "auto");
      settings.put("insert_quorum_timeout", String.valueOf(options.deadline().toMillis()));
    }
    return Map.copyOf(settings);
  }
}
