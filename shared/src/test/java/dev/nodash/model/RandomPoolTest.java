package dev.nodash.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.storage.kit.Concurrently;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomPoolTest {

  @Test
  void noNumberIsHandedOutTwiceToAnybody() {
    var pool = new RandomPool();
    var drawn = Concurrently.run(8, _ -> Stream.generate(pool::nextLong).limit(20_000).toList());
    assertThat(new HashSet<>(drawn.stream().flatMap(List::stream).toList())).hasSize(160_000);
  }

  @Test
  void everyBitOfANumberIsEitherOneOrZeroHalfOfTheTime() {
    var pool = new RandomPool();
    var ones = new int[Long.SIZE];
    for (int i = 0; i < 20_000; i++) {
      long number = pool.nextLong();
      for (int bit = 0; bit < Long.SIZE; bit++) {
        ones[bit] += (int) (number >>> bit & 1);
      }
    }
    // Seven standard deviations of 71 to either side.
    assertThat(IntStream.of(ones)).allMatch(count -> count > 9_500 && count < 10_500);
  }

  @Test
  void aUuidIsOfVersion4() {
    assertThat(new RandomPool().nextUuid()).returns(4, UUID::version).returns(2, UUID::variant);
  }
}
