package dev.nodash.storage.flatfile;

import dev.nodash.model.EventId;
import dev.nodash.storage.Receipt;
import dev.nodash.storage.RecentIds;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.flatfile.Append.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One round of the writer: what the appends bring, without what is stored already.
 *
 * <ol>
 * <li>An event whose id is in the index is left out and named to its caller.
 * <li>So is one whose id came earlier in the round; its caller waits for the earlier one's force.
 * <li>What an append has for a whole file is left out with its event: what the event says was done when it was stored.
 * <li>The rest is written and forced at once, and those of its ids that may come again enter the index.
 * <li>Each caller is told. Where the write failed it failed for all but those who brought nothing new.
 * </ol>
 */
final class Commit {
  private final RecentIds index;
  private final List<Entry> fresh = new ArrayList<>();
  /** Of those ids that may come again, of which each has its tenant in it. */
  private final List<Receipt> receipts = new ArrayList<>();
  private final Map<EventId, Append> firsts;
  private final List<Part> parts = new ArrayList<>();
  /** Events so far. */
  private int planned;

  /** One caller's share of the round. */
  private record Part(Append append, Set<EventId> stored, boolean waits) {}

  Commit(RecentIds index, List<Append> appends, Instant now) {
    this.index = index;
    var all = new ArrayList<Receipt>();
    for (var append : appends) {
      append.entries().forEach(entry -> entry.receipt().ifPresent(all::add));
    }
    var known = index.contains(all, now);
    firsts = HashMap.newHashMap(all.size());
    for (var append : appends) {
      parts.add(plan(append, known));
    }
  }

  /** What is to be written, in its order. */
  List<Entry> fresh() {
    return fresh;
  }

  /** What was to be written is durable. */
  void succeed() {
    index.add(receipts);
  }

  /** Tells the callers that all is well. */
  void tell() {
    parts.forEach(part -> part.append.succeed(part.stored));
  }

  /** Tells the callers what went wrong. */
  void tell(StoreException fault) {
    for (var part : parts) {
      if (part.waits) {
        part.append.fail(fault);
      } else {
        part.append.succeed(part.stored);
      }
    }
  }

  private Part plan(Append append, BitSet known) {
    int begin = fresh.size();
    Set<EventId> stored = Set.of();
    boolean waits = false;
    for (var entry : append.entries()) {
      if (entry.receipt().isEmpty()) {
        fresh.add(entry);
        continue;
      }
      var receipt = entry.receipt().get();
      if (known.get(planned++)) {
        stored = with(stored, receipt.id());
        continue;
      }
      waits = true;
      var first = firsts.putIfAbsent(receipt.id(), append);
      if (first == null) {
        fresh.add(entry);
        if (receipt.id().isRepeatable()) {
          receipts.add(receipt);
        }
      } else if (first != append) {
        stored = with(stored, receipt.id());
      }
    }
    if (!stored.isEmpty()) {
      fresh.subList(begin, fresh.size()).removeIf(entry -> entry.receipt().isEmpty());
    }
    return new Part(append, Collections.unmodifiableSet(stored), waits || fresh.size() > begin);
  }

  /** Adds to the set, in whose place the first makes another: nearly all appends bring only what is new. */
  private static Set<EventId> with(Set<EventId> stored, EventId id) {
    var more = stored.isEmpty() ? new HashSet<EventId>() : stored;
    more.add(id);
    return more;
  }
}
