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
import dev.nodash.storage.UserStore.Merge.Merged;
import dev.nodash.storage.flatfile.CrashDisk.Op;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UserFaultsTest {
  private final CrashDisk disk = new CrashDisk(Clock.fixed(NOW, ZoneOffset.UTC));
  private final FlatFileUserStore store = new FlatFileUserStore(disk, Path.of("/data"));
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
  void a_failed_force_of_the_file_ends_the_store_unwritten() {
    fails(Op.FORCE, ".tmp", new IOException("Input/output error"), StoreUnavailable.class);
    assertThat(store.isFatal()).isTrue();
    assertThatThrownBy(() -> store.merge(tenant, identify)).isInstanceOf(StoreUnavailable.class);
    assertThat(disk.texts(".json")).isEmpty();
    assertThat(store.check().isHealthy()).isFalse();
  }

  @Test
  void a_failed_force_behind_the_rename_ends_the_store_and_the_outcome_is_unknown() {
    store.merge(tenant, identify("v", Map.of()));
    fails(Op.FORCE_FOLDER, "users", new IOException("Input/output error"), OutcomeUnknown.class);
    assertThat(store.isFatal()).isTrue();
    assertThatThrownBy(() -> store.merge(tenant, identify)).isInstanceOf(StoreUnavailable.class);
  }

  @Test
  void an_interrupted_caller_does_not_end_the_store() {
    store.merge(tenant, identify("v", Map.of()));
    fails(Op.FORCE, ".tmp", new ClosedByInterruptException(), StoreUnavailable.class);
    fails(Op.FORCE_FOLDER, "users", new ClosedByInterruptException(), OutcomeUnknown.class);
    assertThat(store.isFatal()).isFalse();
    assertThat(store.merge(tenant, identify)).isEqualTo(new Merged(true));
  }

  @Test
  void a_full_disk_refuses_leaves_nothing_and_takes_users_again_when_space_returns() {
    store.merge(tenant, identify("v", Map.of()));
    disk.space(10);
    assertThatThrownBy(() -> store.merge(tenant, identify)).isInstanceOf(StoreUnavailable.class);
    assertThat(store.check().isHealthy()).isFalse();
    assertThat(store.isFatal()).isFalse();
    assertThat(disk.texts(".tmp")).isEmpty();
    disk.space(Long.MAX_VALUE);
    assertThat(store.merge(tenant, identify)).isEqualTo(new Merged(true));
    assertThat(store.check().fault()).isEmpty();
  }
}
