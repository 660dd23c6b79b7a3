package dev.nodash.storage.bigquery;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.JsonText;
import dev.nodash.storage.SchemaMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the table and the view into the shape that the store needs, or says what is in the way. */
final class Schema {
  static final String TABLE = "events_raw";
  static final String VIEW = "events";
  private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
  private static final List<String> CLUSTERS = List.of("tenant_id", "event_name");
  private static final String PARTITION = "received_at";

  private final Client client;
  private final String project;
  private final String dataset;
  private final Optional<Duration> retention;

  /**
   * For a dataset.
   *
   * @param retention how long after its receipt an event is kept, in whole days
   */
  Schema(Client client, String project, String dataset, Optional<Duration> retention) {
    this.client = client;
    this.project = project;
    this.dataset = dataset;
    this.retention = retention;
  }

  /**
   * Creates and sets what is missing, or checks it.
   *
   * @throws IllegalStateException if it is not as it must be, or cannot be seen
   */
  void prepare(SchemaMode mode) {
    try {
      var auto = mode == SchemaMode.AUTO;
      var table = found(TABLE, auto, table());
      if (auto && lacksColumns(table)) {
        client.patch("/" + TABLE, new JsonBuilder().add("schema", columns()).end());
        table = client.get("/" + TABLE);
      }
      refuse(foreign(table));
      if (!expiration(table).equals(retention.map(Schema::millis))) {
        if (!auto) {
          refuse(List.of(TABLE + " keeps events for " + expiration(table).map(millis -> millis + " ms").orElse("ever")
              + " and must keep them for " + retention.map(Duration::toString).orElse("ever")));
        }
        client.patch("/" + TABLE, new JsonBuilder().add("timePartitioning", partitioning()).end());
      }
      var view = found(VIEW, auto, view());
      if (!(view.get("view") instanceof Map<?, ?> definition) || !query().equals(definition.get("query"))) {
        refuse(
            List.of(VIEW + " is not the view of this version of Nodash; drop it and let SCHEMA_MIGRATE=auto make it"));
      }
    } catch (Fault e) {
      throw new IllegalStateException(client + ": " + e.getMessage(), e);
    }
  }

  private Map<String, Object> found(String name, boolean create, JsonText definition) throws Fault {
    var there = find(name);
    if (there.isPresent()) {
      return there.get();
    }
    if (!create) {
      refuse(List.of("there is no " + name));
    }
    try {
      client.post("", definition);
      LOG.info("created {} in BigQuery's dataset {}; it may take minutes until it takes events", name, dataset);
    } catch (Fault e) {
      if (e.is(Fault.NOT_FOUND)) {
        refuse(List.of("there is no dataset " + dataset + "; make it in the region where the events are to be"));
      }
      if (!e.is(Fault.CONFLICT)) {
        throw e;
      }
    }
    return client.get("/" + name);
  }

  private Optional<Map<String, Object>> find(String name) throws Fault {
    try {
      return Optional.of(client.get("/" + name));
    } catch (Fault e) {
      if (!e.is(Fault.NOT_FOUND)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private void refuse(List<String> faults) {
    if (!faults.isEmpty()) {
      throw new IllegalStateException("the schema of BigQuery at " + client + " is not as it must be: "
          + String.join("; ", faults));
    }
  }

  /** Other columns may be there as well, if they may be null. */
  private static List<String> foreign(Map<String, Object> table) {
    var faults = new ArrayList<String>();
    var fields = fields(table);
    for (var column : EventRow.COLUMNS) {
      var wanted = column.type() + " " + column.mode();
      var found = fields.remove(column.name());
      if (!wanted.equals(found)) {
        faults.add("column " + column.name() + " of " + TABLE + " is " + Objects.requireNonNullElse(found, "missing")
            + " and must be " + wanted);
      }
    }
    fields.forEach((name, found) -> {
      if (found.endsWith("REQUIRED")) {
        faults.add("column " + name + " of " + TABLE + " is " + found + ", and nothing is written to it");
      }
    });
    if (!(table.get("timePartitioning") instanceof Map<?, ?> days) || !"DAY".equals(days.get("type"))
        || !PARTITION.equals(days.get("field"))) {
      faults.add(TABLE + " must be partitioned by day of " + PARTITION);
    }
    if (!(table.get("clustering") instanceof Map<?, ?> clusters) || !CLUSTERS.equals(clusters.get("fields"))) {
      faults.add(TABLE + " must be clustered by " + CLUSTERS);
    }
    return faults;
  }

  /** Whether only columns are missing, which may be added, and nothing of it is another's. */
  private static boolean lacksColumns(Map<String, Object> table) {
    var found = fields(table);
    var missing = EventRow.COLUMNS.stream().filter(column -> !found.containsKey(column.name())).toList();
    return !missing.isEmpty() && missing.stream().noneMatch(EventRow.Column::required)
        && found.size() + missing.size() == EventRow.COLUMNS.size();
  }

  /** Type and mode of each column. */
  private static Map<String, String> fields(Map<String, Object> table) {
    var found = new HashMap<String, String>();
    if (table.get("schema") instanceof Map<?, ?> schema && schema.get("fields") instanceof List<?> fields) {
      for (var field : fields) {
        if (field instanceof Map<?, ?> column) {
          var mode = column.get("mode") instanceof String text ? text : "NULLABLE";
          found.put(String.valueOf(column.get("name")), column.get("type") + " " + mode);
        }
      }
    }
    return found;
  }

  /** In milliseconds, which the service writes as a text. */
  private static Optional<String> expiration(Map<String, Object> table) {
    return table.get("timePartitioning") instanceof Map<?, ?> days
        ? Optional.ofNullable(days.get("expirationMs")).map(Object::toString)
        : Optional.empty();
  }

  private static String millis(Duration keep) {
    return Long.toString(keep.toMillis());
  }

  private JsonText table() {
    var clusters = CLUSTERS.stream().collect(Collectors.joining("\",\"", "[\"", "\"]"));
    return new JsonBuilder().add("tableReference", reference(TABLE))
        .add("schema", columns())
        .add("timePartitioning", partitioning())
        .add("clustering", new JsonBuilder().add("fields", new JsonText(clusters)).end()).end();
  }

  private static JsonText columns() {
    var fields = EventRow.COLUMNS.stream().map(column -> new JsonBuilder().add("name", column.name())
        .add("type", column.type()).add("mode", column.mode()).end().value())
        .collect(Collectors.joining(",", "[", "]"));
    return new JsonBuilder().add("fields", new JsonText(fields)).end();
  }

  private JsonText partitioning() {
    return new JsonBuilder().add("type", "DAY").add("field", PARTITION)
        .add("expirationMs", retention.map(Schema::millis)).end();
  }

  private JsonText view() {
    return new JsonBuilder().add("tableReference", reference(VIEW))
        .add("view", new JsonBuilder().add("query", query()).add("useLegacySql", false).end()).end();
  }

  /** Of the rows that a message has the one that was received first. */
  private String query() {
    return "SELECT * FROM `" + project + "." + dataset + "." + TABLE + "` WHERE TRUE QUALIFY ROW_NUMBER() OVER "
        + "(PARTITION BY tenant_id, event_id ORDER BY received_at) = 1";
  }

  private JsonText reference(String table) {
    return new JsonBuilder().add("projectId", project).add("datasetId", dataset).add("tableId", table).end();
  }
}
