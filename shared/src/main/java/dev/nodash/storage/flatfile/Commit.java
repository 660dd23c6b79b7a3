package dev.nodash.storage.flatfile;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.RecentIds;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One round of the writer: what the appends bring, without what is stored already, by partition.
 *
 * <ol>
 * <li>A line whose id is in the index is left out and named to its caller.
 * <li>So is a line whose id came earlier in the round; its caller waits for the earlier one's force.
 * <li>Each partition is appended once, and those of its ids that may come again enter the index.
 * <li>Each caller is told; one whose partitions all failed unwritten may try again at once.
 * </ol>
 */
final class Commit {
  private final RecentIds index;
  private final Map<Path, Group> groups = new LinkedHashMap<>();
  private final Map<Key, First> firsts = new HashMap<>();
  private final List<Part> parts = new ArrayList<>();

  Commit(RecentIds index, List<Append> appends, Instant now) {
    this.index = index;
    for (var append : appends) {
      parts.add(plan(append, now));
    }
  }

  void write(PartitionFiles files) {
    for (var entry : groups.entrySet()) {
      entry.getValue().write(entry.getKey(), files, index);
    }
    parts.forEach(Part::tell);
  }

  private Part plan(Append append, Instant now) {
    var part = new Part(append, new HashSet<>(), new HashSet<>());
    for (var line : append.lines()) {
      if (index.contains(append.tenant(), line.id(), now)) {
        part.stored.add(line.id());
        continue;
      }
      var key = new Key(append.tenant(), line.id());
      var first = firsts.get(key);
      if (first == null) {
        first = new First(append, groups.computeIfAbsent(line.partition(), _ -> new Group()));
        firsts.put(key, first);
        first.group.add(key, line);
      } else if (first.append != append) {
        part.stored.add(line.id());
      }
      part.groups.add(first.group);
    }
    return part;
  }

  private record Key(Tenant tenant, EventId id) {}

  /** Who brought an id first in this round, and where it goes. */
  private record First(Append append, Group group) {}

  /** The new lines of one partition. */
  private static final class Group {
    private final Map<Key, Append.Line> lines = new LinkedHashMap<>();
    private Optional<StoreException> failure = Optional.empty();

    void add(Key key, Append.Line line) {
      lines.put(key, line);
    }

    void write(Path path, PartitionFiles files, RecentIds index) {
      try {
        files.append(path, lines.values().stream().map(Append.Line::bytes).toList());
        lines.forEach((key, line) -> {
          if (key.id.isRepeatable()) {
            index.add(key.tenant, key.id, line.receivedAt());
          }
        });
      } catch (StoreException e) {
        failure = Optional.of(e);
      }
    }
  }

  /** One caller's share of the round. */
  private record Part(Append append, Set<Group> groups, Set<EventId> stored) {

    void tell() {
      var failures = groups.stream().flatMap(group -> group.failure.stream()).toList();
      if (failures.isEmpty()) {
        append.outcome().complete(Set.copyOf(stored));
      } else {
        append.outcome().completeExceptionally(outcome(failures));
      }
    }

    private StoreException outcome(List<StoreException> failures) {
      var unknown = failures.stream().filter(OutcomeUnknown.class::isInstance).findFirst();
      if (unknown.isPresent()) {
        return unknown.get();
      }
      return failures.size() == groups.size()
          ? new StoreUnavailable("nothing was written", failures.getFirst())
          : new OutcomeUnknown("some of the partitions were written", failures.getFirst());
    }
  }
}
