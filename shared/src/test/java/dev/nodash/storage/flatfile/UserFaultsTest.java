package dev.nodash.storage.flatfile;

import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.identify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Identify;
import dev.nodash.model.Tenant;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore.Merge.Merged;
import dev.nodash.storage.flatfile.CrashDisk.Op;
import dev.nodash.storage.kit.Concurrently;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UserFaultsTest {
  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final CrashDisk disk = new CrashDisk(clock);
  private final FlatFileUserStore store = new FlatFileUserStore(disk, Path.of("/data"), clock, Duration.ofSeconds(20),
      new Pace(false, Duration.ZERO, Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofDays(1)));
  private final Tenant tenant = Tenant.of("acme");
  private final Identify identify = identify("u", Map.of("a", "1"));

  @AfterEach
  void close() {
    store.close();
  }

  private void fails(Op failing, String suffix, IOException fault, Class<? extends StoreException> with) {
    disk.hook((op, path) -> {
      if (op == failing && path.toString().endsWith(suffix)) {
        throw fault;
      }
    });
    assertThatThrownBy(() -> store.merge(tenant, identify)).isInstanceOf(with);
    disk.hook((_, _) -> {});
  }

  @Test
  void a_failed_force_ends_the_store_and_the_outcome_is_unknown() {
    fails(Op.FORCE, ".wal", new IOException("Input/output error"), OutcomeUnknown.class);
    assertThat(store.isFatal()).isTrue();
    assertThatThrownBy(() -> store.merge(tenant, identify)).isInstanceOf(StoreUnavailable.class);
    assertThat(store.createdBy(tenant, identify.userId())).isEmpty();
    assertThat(disk.texts(".json")).isEmpty();
    assertThat(store.check().isHealthy()).isFalse();
  }

  @Test
  void a_full_disk_refuses_leaves_nothing_and_takes_users_again_when_space_returns() {
    store.merge(tenant, identify("v", Map.of()));
    disk.space(10);
    assertThatThrownBy(() -> store.merge(tenant, identify)).isInstanceOf(StoreUnavailable.class);
    assertThat(store.check().isHealthy()).isFalse();
    assertThat(store.isFatal()).isFalse();
    assertThat(store.createdBy(tenant, identify.userId())).isEmpty();
    disk.space(Long.MAX_VALUE);
    assertThat(store.merge(tenant, identify)).isEqualTo(new Merged(true));
    assertThat(store.check().fault()).isEmpty();
  }

  @Test
  void a_refused_merge_leaves_the_record_before_it_in_or_out_of_the_journal() {
    var first = identify("u", Map.of("a", "1"));
    store.merge(tenant, first);
    for (var isInFile : List.of(false, true)) {
      if (isInFile) {
        assertThat(traits()).isEqualTo("{a=1}");
      }
      disk.space(10);
      assertThatThrownBy(() -> store.merge(tenant, identify("u", Map.of("b", "2"))))
          .isInstanceOf(StoreUnavailable.class);
      disk.space(Long.MAX_VALUE);
      assertThat(store.merge(tenant, first)).isEqualTo(new Merged(true));
    }
    store.merge(tenant, identify("u", Map.of("c", "3")));
    assertThat(traits()).isEqualTo("{a=1, c=3}");
  }

  @Test
  void a_file_that_cannot_be_replaced_waits_in_the_journal_and_merges_go_on() {
    disk.hook((op, path) -> {
      if (op == Op.RENAME) {
        throw new IOException("Permission denied");
      }
    });
    assertThat(store.merge(tenant, identify)).isEqualTo(new Merged(true));
    assertThatThrownBy(this::traits).isInstanceOf(StoreUnavailable.class);
    assertThat(store.check().fault().orElseThrow()).contains("Permission denied");
    store.merge(tenant, identify("u", Map.of("b", "2")));
    assertThat(store.createdBy(tenant, identify.userId())).hasValue(identify.eventId());
    disk.hook((_, _) -> {});
    assertThat(traits()).isEqualTo("{a=1, b=2}");
    assertThat(store.check().fault()).isEmpty();
  }

  @Test
  void a_merge_whose_outcome_came_too_late_is_waited_for_by_the_next() throws Exception {
    var reached = new CountDownLatch(1);
    var open = new CountDownLatch(1);
    var slow = new CrashDisk(clock);
    try (var impatient = new FlatFileUserStore(slow, Path.of("/data"), clock, Duration.ofMillis(300),
        new Pace(false, Duration.ZERO, Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofDays(1)))) {
      impatient.merge(tenant, identify("v", Map.of()));
      slow.hook((op, path) -> {
        if (op == Op.FORCE && path.toString().endsWith(".wal") && reached.getCount() > 0) {
          reached.countDown();
          Concurrently.await(open);
        }
      });
      assertThatThrownBy(() -> impatient.merge(tenant, identify)).isInstanceOf(OutcomeUnknown.class);
      assertThat(impatient.createdBy(tenant, identify.userId())).as("nobody knows yet").isEmpty();
      var second = identify("u", Map.of("b", "2"));
      assertThatThrownBy(() -> impatient.merge(tenant, second)).isInstanceOf(StoreUnavailable.class);
      open.countDown();
      eventually(() -> impatient.merge(tenant, second));
      assertThat(impatient.createdBy(tenant, identify.userId())).hasValue(identify.eventId());
      assertThat(impatient.merge(tenant, identify)).isEqualTo(new Merged(true));
      assertThat(traits(impatient)).isEqualTo("{a=1, b=2}");
    }
  }

  /** Once the writer has said what became of the merge before. */
  private static void eventually(Runnable merge) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      try {
        merge.run();
        return;
      } catch (StoreUnavailable e) {
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.onSpinWait();
      }
    }
  }

  private String traits() {
    return traits(store);
  }

  private String traits(FlatFileUserStore store) {
    var user = store.users(tenant, UserReader.Query.one(identify.userId())).rows().getFirst();
    var texts = new TreeMap<String, String>();
    user.traits().forEach((key, trait) -> texts.put(key, trait.value().value()));
    return texts.toString();
  }
}
