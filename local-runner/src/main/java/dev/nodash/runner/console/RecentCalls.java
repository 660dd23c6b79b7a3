package dev.nodash.runner.console;

import dev.nodash.middleware.Tally.Outcome;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The last calls that brought an event: {@value #CALLS} of each of {@value #TENANTS} tenants, so that a busy tenant does not
 * push out what a quiet one sent. Tenants that sent nothing for the longest go first.
 */
final class RecentCalls {
  private static final int TENANTS = 100;
  private static final int CALLS = 50;

  private final LinkedHashMap<String, ArrayDeque<Call>> byTenant = new LinkedHashMap<>(16, 0.75f, true);
  private long last;

  /**
   * A call.
   *
   * @param number from 1 on, in the order in which they were answered
   * @param tenant that was proved, else empty
   * @param event its name, as far as it was read
   * @param reason why it was refused
   */
  record Call(long number, Instant at, String tenant, String route, Optional<String> event, Optional<String> user,
      Outcome outcome, int status, Optional<String> reason, String requestId) {}

  /** Makes a call of the number that it has. */
  interface Numbered {
    Call with(long number);
  }

  synchronized void add(Numbered numbered) {
    var call = numbered.with(++last);
    var calls = byTenant.computeIfAbsent(call.tenant, _ -> new ArrayDeque<>(CALLS));
    if (calls.size() == CALLS) {
      calls.removeFirst();
    }
    calls.addLast(call);
    if (byTenant.size() > TENANTS) {
      byTenant.pollFirstEntry();
    }
  }

  /** Those with a higher number that are still here, in their order. */
  synchronized List<Call> after(long number) {
    return last == number
        ? List.of()
        : byTenant.values().stream().flatMap(ArrayDeque::stream).filter(call -> call.number > number)
            .sorted(Comparator.comparingLong(Call::number)).toList();
  }
}
