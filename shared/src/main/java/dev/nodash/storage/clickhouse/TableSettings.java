package dev.nodash.storage.clickhouse;

import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Durability;
import dev.nodash.storage.clickhouse.ClickHouseEventStore.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What depends on the configuration and not on the version: that parts are forced to disk, and for how long rows are
 * kept. The engine's definition of the table tells what is set:
 *
 * <pre>
 * … TTL toDateTime(timestamp) + toIntervalDay(90) SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, …
 * </pre>
 */
final class TableSettings {
  private static final List<String> FSYNC = List.of("fsync_after_insert = 1", "fsync_part_directory = 1");
  private static final Pattern TTL = Pattern.compile("(?s).* TTL (.*?)( SETTINGS .*)?");
  /** One that was set here; another one somebody set by hand stays unless a retention is configured. */
  private static final Pattern OURS = Pattern.compile("toDateTime\\(timestamp\\) \\+ toIntervalDay\\(\\d+\\)");

  private final Server server;
  private final String definition;

  TableSettings(Server server, String definition) {
    this.server = server;
    this.definition = definition;
  }

  /** Sets what differs; answers what is wrong and was not set. */
  List<String> apply(Options options) {
    var faults = new ArrayList<String>();
    if (options.durability() == Durability.QUORUM && !definition.matches("(?s)(Replicated|Shared).*")) {
      faults.add(Schema.TABLE + " is not replicated, so there is no quorum of its replicas");
    }
    for (var change : changes(options)) {
      if (options.schema() == SchemaMode.AUTO) {
        server.execute("ALTER TABLE " + Schema.TABLE + " " + change);
      } else {
        faults.add(Schema.TABLE + " lacks " + change);
      }
    }
    return faults;
  }

  private List<String> changes(Options options) {
    var changes = new ArrayList<String>();
    if (options.durability() == Durability.FSYNC && !FSYNC.stream().allMatch(definition::contains)) {
      changes.add("MODIFY SETTING " + String.join(", ", FSYNC));
    }
    var found = TTL.matcher(definition);
    var present = found.matches() ? found.group(1) : "";
    var wanted = options.retention().map(time -> "toDateTime(timestamp) + toIntervalDay(" + time.toDays() + ")")
        .orElse("");
    if (!wanted.isEmpty() && !wanted.equals(present)) {
      changes.add("MODIFY TTL " + wanted);
    }
    if (wanted.isEmpty() && OURS.matcher(present).matches()) {
      changes.add("REMOVE TTL");
    }
    return changes;
  }
}
