package dev.nodash.storage.kit;

import static dev.nodash.storage.kit.Samples.EXACT;
import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.event;
import static dev.nodash.storage.kit.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.json.Timestamps;
import dev.nodash.model.Actor;
import dev.nodash.model.Event;
import dev.nodash.model.EventTime;
import dev.nodash.model.EventType;
import dev.nodash.model.Relations;
import dev.nodash.model.SentTime;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.EventReader.Query;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.Guarantee;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link EventStore} and its {@link EventReader} do. */
public abstract class EventStoreContract {
  private final Tenant tenant = Samples.tenant();
  private final Tenant other = Samples.tenant();

  /** The store under test; it lives at least as long as one test. */
  protected abstract EventStore store();

  /** A reader of what the store under test has stored. */
  protected abstract EventReader reader();

  /** Ends what holds the events as kill -9 does, and starts it again. */
  protected abstract void crash();

  /** The store as another process has it; an {@link IllegalStateException} where there can be no second. */
  protected abstract EventStore second();

  /** Where the engine cannot tell, append answers an empty set and contains false. */
  private boolean tellsDuplicates() {
    return store().guarantees().contains(Guarantee.TELLS_DUPLICATES);
  }

  private List<Event> all(Tenant of) {
    return reader().events(of, Query.all()).rows();
  }

  @Nested
  class Storing {

    @Test
    void every_field_comes_back_as_it_was_given() {
      var full = event().type(EventType.IDENTIFY).name("identify 😀 ' \" \\ ,").messageId("m 1 日本").properties(EXACT)
          .traits(EXACT).context(EXACT)
          .actor(new Actor(Optional.of(new UserId("../u")), Optional.of("a 😀"), Optional.of("s\""), Optional.of("d,")))
          .at(NOW.minusSeconds(90_000)).build();
      store().append(tenant, List.of(full));
      assertThat(all(tenant)).containsExactly(full);
    }

    @Test
    void what_was_absent_stays_absent() {
      var bare = event().build();
      store().append(tenant, List.of(bare));
      assertThat(all(tenant)).containsExactly(bare);
    }

    @Test
    void a_time_that_was_not_believed_is_kept_as_sent() {
      var event = event().time(EventTime.of(Optional.of(sent("9999-12-31T23:59:59Z")), Optional.empty(), NOW));
      store().append(tenant, List.of(event.build()));
      assertThat(all(tenant)).containsExactly(event.build());
      assertThat(event.build().time().sent()).hasValue("9999-12-31T23:59:59Z");
    }

    @Test
    void a_call_of_every_type_comes_back_with_what_it_relates() {
      var relations = new Relations(Optional.of("Docs 😀"), Optional.of("g '1"), Optional.of("../before"));
      var calls = Stream.of(EventType.values())
          .map(type -> event().type(type).name(type.label()).user("u").relations(relations).build()).toList();
      store().append(tenant, calls);
      assertThat(all(tenant)).containsExactlyInAnyOrderElementsOf(calls);
    }

    @Test
    void a_time_by_a_wrong_clock_is_kept_beside_the_corrected_one() {
      var event = event()
          .time(EventTime.of(Optional.of(sent("2031-01-01T00:00:00Z")), Optional.of(sent("2031-01-01T00:00:05+00:00")),
              NOW))
          .build();
      store().append(tenant, List.of(event));
      assertThat(all(tenant)).containsExactly(event);
      assertThat(event.time())
          .isEqualTo(new EventTime(NOW.minusSeconds(5), NOW, Optional.of("2031-01-01T00:00:00Z"),
              Optional.of("2031-01-01T00:00:05+00:00"), true));
    }

    private SentTime sent(String text) {
      return new SentTime(Timestamps.parse(text).orElseThrow(), text);
    }

    @Test
    void a_new_tenant_has_nothing() {
      assertThat(store().check().fault()).isEmpty();
      assertThat(store().append(tenant, List.of())).isEmpty();
      assertThat(reader().events(tenant, Query.all()).total()).isZero();
      assertThat(store().contains(tenant, id())).isFalse();
    }

    @Test
    void one_tenant_does_not_see_another() {
      var mine = event().name("mine").build();
      var theirs = event().id(mine.id()).name("theirs").build();
      assertThat(store().append(tenant, List.of(mine))).isEmpty();
      assertThat(store().contains(other, mine.id())).isFalse();
      assertThat(store().append(other, List.of(theirs))).isEmpty();
      assertThat(all(tenant)).containsExactly(mine);
      assertThat(all(other)).containsExactly(theirs);
    }

    @Test
    void tenants_whose_names_differ_by_case_are_two() {
      var lower = Tenant.of(tenant.id().value().toLowerCase(Locale.ROOT));
      store().append(tenant, List.of(event().build()));
      assertThat(all(lower)).isEmpty();
    }

  }

  @Nested
  class StoringAgain {

    @Test
    void across_batches_the_first_one_stays_and_the_second_is_named() {
      var first = event().name("first").build();
      var again = event().id(first.id()).name("again").at(NOW.minusSeconds(5)).build();
      var fresh = event().at(NOW.plusSeconds(1)).build();
      assertThat(store().append(tenant, List.of(first))).isEmpty();
      assertThat(store().append(tenant, List.of(fresh, again)))
          .isEqualTo(tellsDuplicates() ? Set.of(first.id()) : Set.of());
      assertThat(store().contains(tenant, first.id())).isEqualTo(tellsDuplicates());
      assertThat(all(tenant)).containsExactly(first, fresh);
    }

    @Test
    void within_a_batch_the_first_one_stays_and_none_was_stored_before() {
      var first = event().name("first").build();
      var again = event().id(first.id()).name("again").build();
      assertThat(store().append(tenant, List.of(first, again))).isEmpty();
      assertThat(all(tenant)).containsExactly(first);
    }

    @Test
    void at_the_same_time_exactly_one_stays() {
      var id = id();
      var answers = Concurrently.run(32, i -> store().append(tenant,
          List.of(event().name("n" + i).id(id).build(), event().build())));
      assertThat(answers.stream().filter(Set::isEmpty).count()).isEqualTo(tellsDuplicates() ? 1 : 32);
      assertThat(all(tenant)).hasSize(33).satisfiesOnlyOnce(event -> assertThat(event.id()).isEqualTo(id));
    }
  }

  @Nested
  class Promising {

    @Test
    void an_event_stored_again_is_seen_once() {
      assertThat(store().guarantees()).contains(Guarantee.ONCE);
    }

    @Test
    void what_was_acknowledged_survives_a_crash_exactly_where_that_is_promised() {
      var event = event().build();
      store().append(tenant, List.of(event));
      crash();
      var survives = store().guarantees().contains(Guarantee.SURVIVES_CRASH);
      assertThat(all(tenant)).isEqualTo(survives ? List.of(event) : List.of());
      assertThat(store().contains(tenant, event.id())).isEqualTo(survives && tellsDuplicates());
      store().append(tenant, List.of(event));
      assertThat(all(tenant)).containsExactly(event);
    }

    @Test
    void two_processes_store_an_event_once_exactly_where_that_is_promised() {
      if (!store().guarantees().contains(Guarantee.SHARED)) {
        var event = event().build();
        store().append(tenant, List.of(event));
        assertThat(Second.isApart(EventStoreContract.this::second, second -> second.contains(tenant, event.id())))
            .isTrue();
        return;
      }
      var id = id();
      var stores = List.of(store(), second());
      assertThat(stores.get(1)).isNotSameAs(stores.get(0));
      var answers = Concurrently.run(32,
          i -> stores.get(i % 2).append(tenant, List.of(event().name("n" + i).id(id).build())));
      assertThat(answers.stream().filter(Set::isEmpty).count()).isEqualTo(tellsDuplicates() ? 1 : 32);
      assertThat(all(tenant)).hasSize(1);
      assertThat(stores.get(1).contains(tenant, id)).isEqualTo(tellsDuplicates());
    }
  }

  @Nested
  class Reading {

    private List<Event> stored(int count, Instant at) {
      var events = IntStream.range(0, count).mapToObj(i -> event().id(id(i)).at(at).user("u" + i % 2).build()).toList();
      store().append(tenant, events.reversed());
      return events;
    }

    @Test
    void rows_come_in_the_order_of_time_and_id() {
      var late = event().at(NOW.plusSeconds(60)).build();
      store().append(tenant, List.of(late));
      var now = stored(3, NOW);
      var old = event().at(NOW.minus(Duration.ofDays(400))).build();
      store().append(tenant, List.of(old));
      assertThat(all(tenant)).containsExactly(old, now.get(0), now.get(1), now.get(2), late);
    }

    @Test
    void pages_over_equal_times_show_every_row_once() {
      var events = stored(7, NOW);
      var query = Query.all().limit(3);
      var pages = Pages.walk(reader().events(tenant, query), next -> reader().events(tenant, query.after(next)));
      assertThat(pages).containsExactly(events.subList(0, 3), events.subList(3, 6), events.subList(6, 7));
    }

    @Test
    void a_page_that_holds_all_has_no_next() {
      stored(3, NOW);
      assertThat(reader().events(tenant, Query.all().limit(3)).hasMore()).isFalse();
    }

    @Test
    void filters_hold_together() {
      var events = stored(4, NOW);
      var signup = event().name("signup").user("u0").at(NOW.plusMillis(1)).build();
      store().append(tenant, List.of(signup));
      assertThat(filtered("u1", null, null, null)).containsExactly(events.get(1), events.get(3));
      assertThat(filtered("U1", null, null, null)).isEmpty();
      assertThat(filtered("u0", "signup", null, null)).containsExactly(signup);
      assertThat(filtered("u1", "signup", null, null)).isEmpty();
      assertThat(filtered(null, null, NOW.plusMillis(1), null)).containsExactly(signup);
      assertThat(filtered(null, null, NOW, NOW.plusMillis(1))).isEqualTo(events);
    }

    private List<Event> filtered(@Nullable String user, @Nullable String name,
        @Nullable Instant from, @Nullable Instant to) {
      var page = reader().events(tenant, new Query(Optional.ofNullable(user).map(UserId::new),
          Optional.ofNullable(name), Optional.ofNullable(from), Optional.ofNullable(to), 100, Optional.empty()));
      assertThat(page.total()).isEqualTo(page.rows().size());
      return page.rows();
    }

    @Test
    void a_foreign_cursor_is_refused() {
      for (var cursor : List.of("", "foreign", "e.", "e.!!!", "u.dTE", "../../etc/passwd")) {
        assertThatThrownBy(() -> reader().events(tenant, Query.all().after(cursor)))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
