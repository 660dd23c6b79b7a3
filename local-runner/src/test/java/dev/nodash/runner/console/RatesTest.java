package dev.nodash.runner.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.middleware.Tally.Counts;
import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.runner.console.Rates.Second;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RatesTest {
  private final Rates rates = new Rates();

  private void take(long second, long stored) {
    rates.take(second, new Counts(stored, Map.of(Outcome.STORED, stored)));
  }

  @Test
  void aSecondHasWhatCameWithinIt() {
    take(10, 5);
    take(10, 6);
    take(11, 7);
    take(12, 10);
    assertThat(rates.after(0)).containsExactly(new Second(10, List.of(2L, 0L, 0L, 0L, 0L, 0L, 0L)),
        new Second(11, List.of(3L, 0L, 0L, 0L, 0L, 0L, 0L)));
    assertThat(rates.after(10)).hasSize(1);
  }

  @Test
  void whatWasCountedBeforeTheFirstIsNobodysSecond() {
    take(10, 1_000_000);
    take(11, 1_000_000);
    assertThat(rates.after(0)).containsExactly(new Second(10, List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L)));
  }

  @Test
  void aClockThatIsSetBackAddsNothing() {
    take(10, 1);
    take(5, 2);
    take(11, 3);
    assertThat(rates.after(0)).hasSize(1).first().extracting(it -> it.calls().getFirst()).isEqualTo(2L);
  }

  @Test
  void fiveMinutesAreKept() {
    for (int i = 0; i <= 1000; i++) {
      take(i, i);
    }
    assertThat(rates.after(-1)).hasSize(300).first().extracting(Second::at).isEqualTo(700L);
  }
}
