package dev.nodash.storage.flatfile;

import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.EventTime;
import dev.nodash.model.JsonText;
import dev.nodash.model.Tenant;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.kit.Concurrently;
import dev.nodash.storage.kit.EventStoreContract;
import dev.nodash.storage.kit.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlatFileEventStoreTest extends EventStoreContract {
  private static final int MAX_IDS = 1000;
  private static final String DAY = "acme/2026/03/events-2026-03-01.jsonl";

  @TempDir
  private Path root;
  @TempDir
  private Path remains;
  private FlatFileEventStore store;
  private final Tenant acme = Tenant.of("acme");

  @BeforeEach
  void open() throws InterruptedException {
    store = open(root, MAX_IDS);
  }

  @AfterEach
  void close() {
    store.close();
  }

  static FlatFileEventStore open(Path root, int maxIds) throws InterruptedException {
    var opened = new FlatFileEventStore(root, Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofDays(1), maxIds,
        Duration.ofSeconds(10), true);
    assertThat(opened.awaitReady(Duration.ofSeconds(10))).isTrue();
    return opened;
  }

  private static FlatFileEventStore opened(Path root, int maxIds) {
    try {
      return open(root, maxIds);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  protected EventStore store() {
    return store;
  }

  @Override
  protected EventReader reader() {
    return store;
  }

  @Override
  protected EventStore second() {
    return opened(root, MAX_IDS);
  }

  @Override
  protected void crash() {
    Remains.of(root, remains);
    store.close();
    store = opened(remains, MAX_IDS);
  }

  private void restart() throws InterruptedException {
    close();
    open();
  }

  /** The day's file, once it holds what was stored. */
  private Path day() {
    assertThat(stored()).isNotEmpty();
    return root.resolve(DAY);
  }

  private List<Event> stored() {
    return store.events(acme, EventReader.Query.all()).rows();
  }

  private Event append(Event event) {
    assertThat(store.append(acme, List.of(event))).isEmpty();
    return event;
  }

  private void damage(String text) throws IOException {
    Files.writeString(root.resolve(DAY), text, StandardOpenOption.APPEND);
  }

  @Nested
  class Layout {

    @Test
    void a_line_is_one_object_that_says_what_was_sent() throws IOException {
      var event = append(event().messageId("m\n1").user("U").properties(new JsonText("{ \"n\":1.10 }"))
          .build());
      assertThat(day()).hasContent("{\"id\":\"" + event.id()
          + "\",\"type\":\"track\",\"messageId\":\"m\\n1\",\"event\":\"page_view\",\"userId\":\"U\","
          + "\"timestamp\":\"2026-03-01T12:00:00.123Z\",\"receivedAt\":\"2026-03-01T12:00:00.123Z\","
          + "\"properties\":{ \"n\":1.10 }}");
    }

    @Test
    void a_tenant_whose_name_is_no_safe_file_name_is_hashed_and_named_inside() throws IOException {
      store.append(Tenant.of("Acme"), List.of(event().build()));
      store.close();
      try (var folders = Files.list(root).filter(path -> Files.isDirectory(path) && !path.endsWith(".wal"))) {
        assertThat(folders).singleElement()
            .satisfies(folder -> assertThat(folder.getFileName().toString()).matches("~[0-9a-f]{64}"));
      }
    }

    @Test
    void the_day_is_the_utc_day_whatever_the_hosts_zone() {
      var zone = TimeZone.getDefault();
      try {
        for (var host : List.of("Pacific/Kiritimati", "Pacific/Pago_Pago")) {
          TimeZone.setDefault(TimeZone.getTimeZone(host));
          append(event().at(Instant.parse("2026-02-28T23:59:59.999Z")).build());
          append(event().at(Instant.parse("2026-03-01T00:00:00Z")).build());
        }
      } finally {
        TimeZone.setDefault(zone);
      }
      assertThat(day()).content().hasLineCount(2);
      assertThat(root.resolve("acme/2026/02/events-2026-02-28.jsonl")).content().hasLineCount(2);
    }

    @Test
    void more_partitions_than_may_be_open_are_written_in_turns() {
      for (int round = 0; round < 2; round++) {
        for (int day = 0; day < 200; day++) {
          append(event().at(NOW.minus(Duration.ofDays(day))).build());
        }
      }
      assertThat(stored()).hasSize(400);
    }
  }

  @Nested
  class Restarting {

    @Test
    void an_event_dated_five_days_ago_is_still_a_duplicate() throws InterruptedException {
      var event = append(event().at(NOW.minus(Duration.ofDays(5))).build());
      restart();
      assertThat(store.contains(acme, event.id())).isTrue();
      assertThat(store.append(acme, List.of(event))).containsExactly(event.id());
      assertThat(stored()).containsExactly(event);
    }

    @Test
    void only_the_newest_ids_are_remembered() throws InterruptedException {
      var events = List.of(5, 1, 3, 2, 4).stream()
          .map(age -> append(event().time(EventTime.received(NOW.minusSeconds(age))).build()))
          .toList();
      close();
      store = open(root, 2);
      assertThat(events.stream().map(event -> store.contains(acme, event.id()))).containsExactly(false, true, false,
          true, false);
      assertThat(store.window(NOW).duration()).as("since an id was lost").isBetween(Duration.ofSeconds(2),
          Duration.ofSeconds(3));
    }

    @Test
    void ids_that_cannot_come_again_push_out_none_that_can() throws InterruptedException {
      var retried = append(event().build());
      var random = new Random(1);
      var others = Stream.generate(() -> event().id(EventId.random(NOW, random)).build()).limit(MAX_IDS).toList();
      assertThat(store.append(acme, others)).isEmpty();
      assertThat(store.append(acme, List.of(retried))).containsExactly(retried.id());
      restart();
      assertThat(store.append(acme, List.of(retried))).containsExactly(retried.id());
      assertThat(store.events(acme, EventReader.Query.all()).total()).isEqualTo(1 + MAX_IDS);
    }

    @Test
    void a_torn_tail_is_kept_aside_and_the_next_event_is_whole() throws Exception {
      var before = append(event().build());
      close();
      damage("{\"id\":\"torn");
      open();
      var after = append(event().build());
      assertThat(stored()).containsExactlyInAnyOrder(before, after);
      assertThat(day()).content().doesNotContain("torn").hasLineCount(2);
      assertThat(root.resolve(DAY + ".torn")).content().isEqualTo("{\"id\":\"torn\n");
    }

    @Test
    void a_tail_of_nuls_is_kept_aside_too() throws Exception {
      var before = append(event().build());
      close();
      damage("\0".repeat(200_000));
      open();
      assertThat(stored()).containsExactly(before);
      assertThat(root.resolve(DAY + ".torn")).hasSize(200_001);
      assertThat(Files.readString(root.resolve(DAY))).endsWith("}\n");
    }

    @Test
    void a_corrupt_line_in_the_middle_is_passed_over() throws Exception {
      var before = append(event().build());
      close();
      damage("{\"id\":\0\0\0\n\n{\"id\":\"x\"}\n[]\n");
      open();
      var after = append(event().build());
      restart();
      assertThat(stored()).containsExactlyInAnyOrder(before, after);
      assertThat(store.append(acme, List.of(before, after))).containsExactlyInAnyOrder(before.id(), after.id());
    }

    @Test
    void an_old_partition_loses_its_torn_tail_when_it_is_written_to() throws Exception {
      append(event().build());
      close();
      damage("torn");
      Files.setLastModifiedTime(root.resolve(DAY), FileTime.from(NOW.minus(Duration.ofDays(3))));
      open();
      assertThat(root.resolve(DAY + ".torn")).doesNotExist();
      assertThat(stored()).hasSize(1);
      append(event().build());
      assertThat(stored()).hasSize(2);
      assertThat(root.resolve(DAY + ".torn")).exists();
    }

    @Test
    void a_line_that_is_not_ended_is_not_read() throws Exception {
      var event = append(event().build());
      close();
      var line = Files.readString(root.resolve(DAY));
      damage(line.strip());
      Files.setLastModifiedTime(root.resolve(DAY), FileTime.from(NOW.minus(Duration.ofDays(3))));
      open();
      assertThat(stored()).containsExactly(event);
    }
  }

  @Nested
  class Owning {

    @Test
    void a_second_store_is_refused_by_name() {
      assertThatThrownBy(() -> open(root, 1)).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(root.toString()).hasMessageContaining("in use by this process");
      append(event().build());
    }

    @Test
    void a_second_process_is_refused_by_name() throws Exception {
      var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      var process = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"),
          SecondProcess.class.getName(),
          root.toString()).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(said).isEqualTo(3);
      assertThat(said).contains("the data folder " + root + " is in use by process " + ProcessHandle.current().pid());
    }

    @Test
    void events_and_users_may_share_a_folder_or_lie_in_each_other() {
      var event = event().build();
      store.append(Tenant.of("users"), List.of(event));
      for (var folder : List.of(root, root.resolve("users"))) {
        try (var users = new FlatFileUserStore(folder, store)) {
          var identify = Samples.identify("2026", Map.of("a", "1"));
          users.merge(Tenant.of("users"), identify);
          assertThat(users.users(Tenant.of("users"), UserReader.Query.all()).total()).isEqualTo(1);
        }
      }
      assertThat(store.events(Tenant.of("users"), EventReader.Query.all()).rows()).containsExactly(event);
    }

    @Test
    void parallel_checks_do_not_disturb_each_other() {
      assertThat(Concurrently.run(40, _ -> store.check().fault())).allMatch(Optional::isEmpty);
    }
  }
}
