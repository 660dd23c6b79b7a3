package dev.nodash.storage.postgres;

import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.event;
import static dev.nodash.storage.kit.Samples.id;
import static dev.nodash.storage.kit.Samples.identify;
import static dev.nodash.storage.postgres.Databases.ask;
import static dev.nodash.storage.postgres.Databases.schema;
import static dev.nodash.storage.postgres.Databases.url;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.model.Event;
import dev.nodash.model.JsonText;
import dev.nodash.model.Tenant;
import dev.nodash.model.Trait;
import dev.nodash.storage.BulkEventStore.Batch;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.kit.Concurrently;
import dev.nodash.storage.kit.Samples;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresRowsTest {
  private final String schema = schema();
  private final Tenant tenant = Samples.tenant();
  private final Tenant other = Samples.tenant();
  private PostgresEventStore events;
  private PostgresUserStore users;

  @BeforeEach
  void open() {
    var database = Databases.open(url(schema));
    events = new PostgresEventStore(database);
    users = new PostgresUserStore(database);
  }

  @AfterEach
  void close() {
    events.close();
    users.close();
  }

  private List<Event> stored(Tenant of) {
    return events.events(of, EventReader.Query.all()).rows();
  }

  @Test
  void of_an_event_in_several_batches_the_first_stays_and_the_later_ones_are_told() {
    var first = event().name("first").build();
    var again = event().id(first.id()).name("again").build();
    var fresh = event().at(NOW.plusSeconds(1)).build();
    var answers = events.appendAll(List.of(new Batch(tenant, List.of(first, again)),
        new Batch(other, List.of(again)), new Batch(tenant, List.of(fresh, again, again))));
    assertThat(answers).containsExactly(Set.of(), Set.of(), Set.of(first.id()));
    assertThat(stored(tenant)).containsExactly(first, fresh);
    assertThat(stored(other)).containsExactly(again);
    assertThat(events.appendAll(List.of())).isEmpty();
  }

  @Test
  void many_that_append_the_same_events_in_any_order_do_not_block_each_other() {
    var all = IntStream.range(0, 200).mapToObj(_ -> event().build()).toList();
    var answers = Concurrently.run(8, i -> {
      var shuffled = new ArrayList<>(all);
      Collections.shuffle(shuffled, new Random(i));
      return events.append(tenant, shuffled);
    });
    assertThat(answers.stream().mapToInt(Set::size).sum()).isEqualTo(7 * all.size());
    assertThat(stored(tenant)).hasSize(all.size());
  }

  @Test
  void old_events_go_whoevers_they_are_a_bounded_number_at_a_time() {
    var old = Stream.generate(() -> event().at(NOW.minus(Duration.ofDays(30))).build()).limit(10_001).toList();
    var edge = event().at(NOW.minus(Duration.ofDays(10))).build();
    events.append(tenant, old);
    events.append(tenant, List.of(edge));
    events.append(other, old.subList(0, 5));
    var cutoff = edge.time().timestamp();
    assertThat(events.deleteBefore(cutoff)).isTrue();
    assertThat(events.deleteBefore(cutoff)).isFalse();
    assertThat(stored(tenant)).containsExactly(edge);
    assertThat(stored(other)).isEmpty();
    assertThat(events.deleteBefore(cutoff)).isFalse();
  }

  @Test
  void what_was_sent_can_be_queried_as_json() throws SQLException {
    events.append(tenant, List.of(event().properties(new JsonText("{\"plan\":\"pro\",\"price\":1.10}")).build()));
    assertThat(ask("SELECT properties::jsonb ->> 'price' FROM " + schema + ".events")).isEqualTo("1.10");
    users.merge(tenant, identify("u", Map.of("plan", "\"pro\"")));
    assertThat(ask("SELECT key || '=' || value FROM " + schema + ".user_traits")).isEqualTo("plan=\"pro\"");
  }

  @Test
  void keys_that_a_text_cannot_hold_are_counted_by_their_own_bytes() throws SQLException {
    var keys = List.of("\0", "\\", "\\0", "\\-", "\0\\-0é", "0", "-", "");
    for (var key : keys) {
      users.merge(tenant, identify("u", Map.of(key, "1")));
    }
    var user = users.users(tenant, UserReader.Query.all()).rows().getFirst();
    assertThat(user.traits().keySet()).containsExactlyInAnyOrderElementsOf(keys);
    assertThat(ask("SELECT bytes FROM " + schema + ".users")).isEqualTo(Long.toString(user.bytes()));
  }

  @Test
  void the_same_identify_with_another_value_changes_nothing() {
    var event = id();
    users.merge(tenant, identify("u", Map.of("a", "1"), NOW, event));
    users.merge(tenant, identify("u", Map.of("a", "2"), NOW, event));
    assertThat(users.users(tenant, UserReader.Query.all()).rows().getFirst().traits())
        .isEqualTo(Map.of("a", new Trait(new JsonText("1"), NOW, event)));
  }
}
