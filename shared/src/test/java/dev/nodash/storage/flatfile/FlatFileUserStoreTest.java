package dev.nodash.storage.flatfile;

import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.id;
import static dev.nodash.storage.kit.Samples.identify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserStore;
import dev.nodash.storage.UserStore.Merge.Merged;
import dev.nodash.storage.kit.Samples;
import dev.nodash.storage.kit.UserStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlatFileUserStoreTest extends UserStoreContract {
  @TempDir
  private Path root;
  @TempDir
  private Path remains;
  private FlatFileUserStore store;
  private final Tenant acme = Tenant.of("acme");

  @BeforeEach
  void open() {
    store = open(root);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static FlatFileUserStore open(Path root) {
    return new FlatFileUserStore(root, Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofSeconds(10), true);
  }

  @Override
  protected UserStore store() {
    return store;
  }

  @Override
  protected UserReader reader() {
    return store;
  }

  @Override
  protected UserStore second() {
    return open(root);
  }

  @Override
  protected void crash() {
    Remains.of(root, remains);
    store.close();
    store = open(remains);
  }

  /** A file of the store, once it holds what was merged. */
  private Path file(String name) {
    store.users(acme, UserReader.Query.all());
    return root.resolve(name);
  }

  @Nested
  class Layout {

    @Test
    void a_file_is_one_object_with_a_line_for_each_trait() {
      var identify = identify("u_1", Map.of("a", "1.10", "b", "null"));
      store.merge(acme, identify);
      assertThat(file("acme/users/u_1.json")).content().isEqualTo("""
          {"user":{"id":"u_1","firstSeen":"%2$s","createdBy":"%1$s"},"traits":[
          {"key":"a","time":"%2$s","eventId":"%1$s","value":1.10},
          {"key":"b","time":"%2$s","eventId":"%1$s","value":null}
          ]}
          """.formatted(identify.eventId(), NOW));
    }

    @Test
    void no_id_leaves_its_folder() throws IOException {
      for (var id : Samples.LOOKALIKES) {
        store.merge(acme, identify(id, Map.of()));
      }
      try (var files = Files.walk(file("")).filter(Files::isRegularFile)) {
        assertThat(files.map(root::relativize).map(Path::toString)
            .filter(name -> !name.equals(".users.lock") && !name.startsWith(".wal")))
            .hasSize(Samples.LOOKALIKES.size())
            .allMatch(name -> name.matches("acme/users/(user|~[0-9a-f]{64})\\.json"));
      }
    }

    @Test
    void a_user_may_gather_more_traits_than_one_call_may_send() {
      var traits = IntStream.range(0, 1500).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "" + i));
      store.merge(acme, identify("u", traits));
      store.merge(acme, identify("u", Map.of("more", "1"), NOW.plusSeconds(1), id()));
      assertThat(store.users(acme, UserReader.Query.one(new UserId("u"))).rows().getFirst().traits()).hasSize(1501);
    }

    @Test
    void a_value_may_be_as_deep_as_a_request_may_be() {
      var deep = "[".repeat(62) + "]".repeat(62);
      store.merge(acme, identify("u", Map.of("deep", deep)));
      assertThat(store.createdBy(acme, new UserId("u"))).isPresent();
    }

    @Test
    void a_damaged_file_is_neither_merged_nor_overwritten_nor_shown() throws IOException {
      store.merge(acme, identify("u", Map.of("a", "1")));
      store.merge(acme, identify("v", Map.of("a", "1")));
      var file = file("acme/users/u.json");
      Files.writeString(file, "{\"user\":");
      assertThatThrownBy(() -> store.merge(acme, identify("u", Map.of()))).isInstanceOf(StoreUnavailable.class);
      assertThat(file).content().isEqualTo("{\"user\":");
      assertThat(store.users(acme, UserReader.Query.all()).rows()).hasSize(1);
    }

    @Test
    void what_a_crash_left_of_a_temporary_file_is_no_user() throws IOException {
      Files.createDirectories(root.resolve("acme/users"));
      Files.writeString(root.resolve("acme/users/.u.json.tmp"),
          "longer than what is written next, by far; ".repeat(99));
      assertThat(store.users(acme, UserReader.Query.all()).rows()).isEmpty();
      assertThat(store.merge(acme, identify("u", Map.of()))).isEqualTo(new Merged(true));
      assertThat(file("acme/users/.u.json.tmp")).doesNotExist();
      assertThat(store.createdBy(acme, new UserId("u"))).isPresent();
    }

    @Test
    void a_second_store_is_refused_by_name() {
      assertThatThrownBy(() -> open(root)).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(root.toString());
    }

    @Test
    void a_closed_store_takes_nothing_and_another_may_open() {
      store.close();
      assertThatThrownBy(() -> store.merge(acme, identify("u", Map.of()))).isInstanceOf(StoreUnavailable.class);
      assertThat(store.check().isHealthy()).isFalse();
      open();
      assertThat(store.check().fault()).isEmpty();
    }
  }
}
