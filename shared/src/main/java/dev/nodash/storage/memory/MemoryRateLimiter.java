package dev.nodash.storage.memory;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import dev.nodash.storage.RateLimiter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The sliding windows of one process, in the heap.
 *
 * <p>Stored shape: three maps from a hash to a {@link Budget}: by subject, by (tenant, address) and by tenant. A
 * sub-bucket is a 60th of the window, rounded up to a nanosecond, counted from the epoch.
 *
 * <p>Guarantee: never more than the limit for a subject in any window. Memory is bounded: up to {@code maxSubjects}
 * subjects have a budget of their own; when all of those are live, new subjects share one of their (tenant, address), a
 * quarter as many; when those are all live too, one of their tenant. A live subject keeps its budget. One that leaves a
 * shared budget starts with all that the shared one has used, as if it had been alone there: it may be refused for up to
 * a window, but cannot use two budgets.
 *
 * <p>Limits: other processes count for themselves, and a restart forgets all. One tenant can fill the subjects of all; a
 * budget a tenant is kept besides, since tenants are proved by credentials and not invented by clients. A time before a
 * budget's newest sub-bucket counts as that one, so that a clock set back refuses rather than admits; a clock that leaps
 * ahead ends windows early.
 */
public final class MemoryRateLimiter implements RateLimiter, InHeap {
  public static final int MAX_SUBJECTS = 50_000;

  private final Limits limits;
  private final long bucketNanos;
  private final Budgets subjects;
  private final Budgets addresses;
  private final Budgets tenants = new Budgets(Integer.MAX_VALUE);

  public MemoryRateLimiter(Limits limits, int maxSubjects) {
    if (maxSubjects < 1) {
      throw new IllegalArgumentException("maxSubjects: " + maxSubjects + ", must be 1 or more");
    }
    this.limits = limits;
    this.bucketNanos = Math.ceilDiv(limits.window().toNanos(), SUB_BUCKETS);
    this.subjects = new Budgets(maxSubjects);
    this.addresses = new Budgets(Math.ceilDiv(maxSubjects, 4));
  }

  @Override
  public Decision take(Tenant tenant, Subject subject, int cost, Instant now) {
    if (cost < 1) {
      throw new IllegalArgumentException("cost: " + cost + ", must be 1 or more");
    }
    var nanos = Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    var bucket = Math.floorDiv(nanos, bucketNanos);
    var own = key(tenant, "subject " + subject.address() + "\0" + subject.user());
    synchronized (this) {
      var charges = new ArrayList<Charge>(2);
      charges.add(charge(tenant, subject, own, bucket));
      if (limits.tenantMax() > 0) {
        charges.add(existing(tenants, key(tenant, "whole"), limits.tenantMax(), bucket, null));
      }
      return take(charges, cost, nanos);
    }
  }

  @Override
  public Limits limits() {
    return limits;
  }

  private Decision take(List<Charge> charges, int cost, long nanos) {
    Decision refused = null;
    for (var charge : charges) {
      int lacking = cost - charge.remaining();
      if (lacking > 0) {
        var reset = reset(charge, lacking, nanos);
        refused = refused == null || reset.compareTo(refused.reset()) > 0 ? decision(false, charge, reset) : refused;
      }
    }
    if (refused != null) {
      return refused;
    }
    charges.forEach(charge -> charge.take(cost));
    var tightest = Collections.min(charges, Comparator.comparingInt(Charge::remaining));
    return decision(true, tightest, reset(tightest, 1, nanos));
  }

  private static Decision decision(boolean admitted, Charge charge, Duration reset) {
    return new Decision(admitted, charge.limit(), charge.remaining(), reset);
  }

  private Duration reset(Charge charge, int count, long nanos) {
    return Duration.ofNanos(Math.max(0, charge.budget().freed(count) * bucketNanos - nanos));
  }

  /** The budget that a subject takes from: its own, else its address's, else its tenant's. */
  private Charge charge(Tenant tenant, Subject subject, UUID own, long bucket) {
    if (subjects.get(own) != null) {
      return existing(subjects, own, limits.max(), bucket, null);
    }
    var address = key(tenant, "address " + subject.address());
    var rest = key(tenant, "rest");
    var overflow = live(tenants, rest, bucket);
    var shared = live(addresses, address, bucket);
    if (subjects.hasRoom(bucket)) {
      return existing(subjects, own, limits.max(), bucket, shared == null ? overflow : shared);
    }
    if (shared != null || addresses.get(address) != null || addresses.hasRoom(bucket)) {
      return existing(addresses, address, limits.max(), bucket, shared == null ? overflow : shared);
    }
    return existing(tenants, rest, limits.max(), bucket, null);
  }

  /** The budget under the key, or a new one that starts with what {@code heir} has used. */
  private static Charge existing(Budgets in, UUID key, int limit, long bucket, @Nullable Budget heir) {
    var budget = in.get(key);
    if (budget == null) {
      budget = heir == null ? new Budget(bucket) : new Budget(heir);
    }
    budget.advance(bucket);
    return new Charge(in, key, budget, limit);
  }

  private static @Nullable Budget live(Budgets in, UUID key, long bucket) {
    var budget = in.get(key);
    return budget != null && budget.isLive(bucket) ? budget : null;
  }

  /** How many budgets are kept for subjects and addresses. */
  synchronized int size() {
    return subjects.size() + addresses.size();
  }

  /** A hash of constant size, whatever the client's names: the id of a message of that text. */
  private static UUID key(Tenant tenant, String text) {
    return EventId.ofMessage(tenant.id(), text).value();
  }

  /** A budget with its limit, to be kept only if something is taken. */
  private record Charge(Budgets in, UUID key, Budget budget, int limit) {

    int remaining() {
      return Math.max(0, limit - budget.used());
    }

    void take(int cost) {
      budget.take(cost);
      in.put(key, budget);
    }
  }
}
