package dev.nodash.runner.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.runner.console.RecentCalls.Call;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentCallsTest {
  private final RecentCalls calls = new RecentCalls();

  private void add(String tenant) {
    calls.add(number -> new Call(number, Instant.EPOCH, tenant, "/v1/track", Optional.of("e"), Optional.empty(),
        Outcome.STORED, 200, Optional.empty(), "r"));
  }

  @Test
  void aBusyTenantDoesNotPushOutAQuietOne() {
    add("quiet");
    for (int i = 0; i < 1000; i++) {
      add("busy");
    }
    assertThat(calls.after(0)).hasSize(51).first().extracting(Call::tenant).isEqualTo("quiet");
    assertThat(calls.after(0).getLast().number()).isEqualTo(1001);
  }

  @Test
  void whoAsksAgainIsToldWhatIsNew() {
    add("a");
    add("b");
    add("a");
    assertThat(calls.after(1)).extracting(Call::number).containsExactly(2L, 3L);
    assertThat(calls.after(3)).isEmpty();
  }

  @Test
  void tenantsThatSentNothingForTheLongestGoFirst() {
    for (int i = 0; i < 100; i++) {
      add("tenant" + i);
    }
    add("tenant0");
    add("another");
    assertThat(calls.after(0)).extracting(Call::tenant).contains("tenant0", "tenant2", "another")
        .doesNotContain("tenant1").hasSize(101);
  }
}
