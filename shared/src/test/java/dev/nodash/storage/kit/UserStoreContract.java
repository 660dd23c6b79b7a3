package dev.nodash.storage.kit;

import static dev.nodash.storage.kit.Samples.NOW;
import static dev.nodash.storage.kit.Samples.id;
import static dev.nodash.storage.kit.Samples.identify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.model.Identify;
import dev.nodash.model.JsonText;
import dev.nodash.model.Tenant;
import dev.nodash.model.Trait;
import dev.nodash.model.User;
import dev.nodash.model.UserId;
import dev.nodash.storage.Guarantee;
import dev.nodash.storage.UserReader;
import dev.nodash.storage.UserReader.Query;
import dev.nodash.storage.UserStore;
import dev.nodash.storage.UserStore.Merge;
import dev.nodash.storage.UserStore.Merge.Merged;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link UserStore} and its {@link UserReader} do. */
public abstract class UserStoreContract {
  private static final Merge CREATED = new Merged(true);
  private static final Merge KNOWN = new Merged(false);
  private final Tenant tenant = Samples.tenant();

  /** The store under test; it lives at least as long as one test. */
  protected abstract UserStore store();

  /** A reader of what the store under test has stored. */
  protected abstract UserReader reader();

  /** Ends what holds the users as kill -9 does, and starts it again. */
  protected abstract void crash();

  /** The store as another process has it; an {@link IllegalStateException} where there can be no second. */
  protected abstract UserStore second();

  /** How many bytes of traits the store takes. */
  protected long limit() {
    return UserStore.MAX_BYTES;
  }

  private User user(String id) {
    return reader().users(tenant, Query.one(new UserId(id))).rows().getFirst();
  }

  private Map<String, String> traits(String id) {
    var texts = new TreeMap<String, String>();
    user(id).traits().forEach((key, trait) -> texts.put(key, trait.value().value()));
    return texts;
  }

  @Nested
  class Merging {

    @Test
    void only_the_creating_identify_is_told_created_and_its_retry_too() {
      var first = identify("u", Map.of("plan", "1"));
      var second = identify("u", Map.of("plan", "2"), NOW.plusSeconds(1), id());
      assertThat(store().createdBy(tenant, first.userId())).isEmpty();
      assertThat(store().merge(tenant, first)).isEqualTo(CREATED);
      assertThat(store().merge(tenant, second)).isEqualTo(KNOWN);
      assertThat(store().merge(tenant, first)).isEqualTo(CREATED);
      assertThat(store().merge(tenant, second)).isEqualTo(KNOWN);
      assertThat(store().createdBy(tenant, first.userId())).hasValue(first.eventId());
      assertThat(traits("u")).isEqualTo(Map.of("plan", "2"));
    }

    @Test
    void the_record_says_what_set_each_trait_and_when_the_user_was_first_seen() {
      var first = identify("u", Map.of("a", "1"));
      var earlier = identify("u", Map.of("b", "2"), NOW.minusMillis(1), id());
      store().merge(tenant, first);
      store().merge(tenant, earlier);
      assertThat(user("u")).isEqualTo(User.createdBy(first).with(earlier));
      assertThat(user("u").firstSeen()).isEqualTo(earlier.time());
      assertThat(user("u").traits().get("b"))
          .isEqualTo(new Trait(new JsonText("2"), earlier.time(), earlier.eventId()));
    }

    @Test
    void the_later_identify_wins_each_key_in_every_order_of_arrival() {
      var identifies = List.of(setting("1", 0, 5), setting("2", 1, 1), setting("3", 1, 2));
      var orders = List.of(List.of(0, 1, 2), List.of(0, 2, 1), List.of(1, 0, 2), List.of(1, 2, 0), List.of(2, 0, 1),
          List.of(2, 1, 0));
      for (var order : orders) {
        var name = "u" + order;
        order.forEach(i -> store().merge(tenant, renamed(name, identifies.get(i))));
        assertThat(traits(name)).as(name).isEqualTo(Map.of("x", "3", "k1", "1", "k2", "2", "k3", "3"));
      }
    }

    private Identify setting(String value, int seconds, int id) {
      return identify("u", Map.of("x", value, "k" + value, value), NOW.plusSeconds(seconds), id(id));
    }

    private Identify renamed(String user, Identify identify) {
      return new Identify(new UserId(user), identify.traits(), identify.time(), identify.eventId());
    }

    @Test
    void parallel_identifies_of_one_user_lose_nothing() {
      var answers = Concurrently.run(48, i -> store().merge(tenant, identify("u", Map.of("k" + i, "" + i))));
      assertThat(answers.stream().filter(CREATED::equals).count()).isEqualTo(1);
      assertThat(answers).allMatch(Merged.class::isInstance);
      assertThat(user("u").traits()).hasSize(48).containsKeys("k0", "k47");
    }

    @Test
    void an_identify_without_traits_creates_the_user() {
      assertThat(store().merge(tenant, identify("u", Map.of()))).isEqualTo(CREATED);
      assertThat(user("u").traits()).isEmpty();
    }

    @Test
    void a_record_over_the_limit_is_refused_and_stays_as_it_was() {
      var half = "\"" + "é".repeat((int) limit() / 4) + "\"";
      var tooLarge = new Merge.TooLarge(limit() / 4 * 4 + 6 + 2 * User.TRAIT_OVERHEAD_BYTES, limit());
      var second = identify("u", Map.of("b", half), NOW.plusSeconds(1), id());
      assertThat(store().merge(tenant, identify("u", Map.of("a", half)))).isEqualTo(CREATED);
      assertThat(store().merge(tenant, second)).isEqualTo(tooLarge);
      assertThat(user("u").traits()).containsOnlyKeys("a");
      assertThat(store().merge(tenant, identify("v", Map.of("a", half, "b", half)))).isEqualTo(tooLarge);
      assertThat(store().createdBy(tenant, new UserId("v"))).isEmpty();
    }

    @Test
    void a_record_of_very_many_tiny_traits_is_over_the_limit_too() {
      var many = IntStream.rangeClosed(0, (int) limit() / User.TRAIT_OVERHEAD_BYTES).boxed()
          .collect(Collectors.toMap(i -> "k" + i, i -> "1"));
      assertThat(store().merge(tenant, identify("u", many))).isInstanceOf(Merge.TooLarge.class);
    }
  }

  @Nested
  class Keeping {

    @Test
    void values_and_keys_stay_digit_for_digit() {
      var traits = new LinkedHashMap<String, String>();
      List.of("9007199254740993", "1e400", "1.10", "-0.0", "null", "{\"b\" : 2,  \"b.c\":[]}", "\"日本 😀 e\u0301\"",
          "\"\\u0041\\/\\n\\\"\\\\\\u0000\"", Samples.EXACT.value()).forEach(v -> traits.put("k" + traits.size(), v));
      List.of("a.b", "a", "A", "", "日本 😀", "é", "e\u0301", "it's", "\"\\\n\u0000", "$set", "a[0]", "#n", ":v")
          .forEach(key -> traits.put(key, "1"));
      store().merge(tenant, identify("u", traits));
      assertThat(traits("u")).isEqualTo(traits);
    }

    @Test
    void ids_that_only_look_alike_are_different_users() {
      var ids = Samples.LOOKALIKES;
      for (var id : ids) {
        assertThat(store().merge(tenant, identify(id, Map.of("me", "\"x" + ids.indexOf(id) + "\"")))).as(id)
            .isEqualTo(CREATED);
      }
      for (var id : ids) {
        assertThat(user(id).id().value()).isEqualTo(id);
        assertThat(traits(id)).isEqualTo(Map.of("me", "\"x" + ids.indexOf(id) + "\""));
      }
      assertThat(reader().users(tenant, Query.all()).total()).isEqualTo(ids.size());
    }

    @Test
    void one_tenant_does_not_see_another() {
      var other = Samples.tenant();
      var identify = identify("u", Map.of("a", "1"));
      assertThat(store().merge(tenant, identify)).isEqualTo(CREATED);
      assertThat(store().createdBy(other, identify.userId())).isEmpty();
      assertThat(reader().users(other, Query.all()).rows()).isEmpty();
      assertThat(store().merge(other, identify("u", Map.of("b", "1")))).isEqualTo(CREATED);
      assertThat(traits("u")).isEqualTo(Map.of("a", "1"));
    }
  }

  @Nested
  class Promising {

    @Test
    void what_was_acknowledged_survives_a_crash_exactly_where_that_is_promised() {
      var identify = identify("u", Map.of("a", "1"));
      store().merge(tenant, identify);
      crash();
      assertThat(store().createdBy(tenant, identify.userId()).isPresent())
          .isEqualTo(store().guarantees().contains(Guarantee.SURVIVES_CRASH));
      assertThat(store().merge(tenant, identify)).isEqualTo(CREATED);
      assertThat(traits("u")).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void nothing_is_promised_that_is_not_checked_here() {
      assertThat(store().guarantees()).isSubsetOf(Guarantee.SURVIVES_CRASH, Guarantee.SHARED);
    }

    @Test
    void two_processes_lose_nothing_of_each_other_exactly_where_that_is_promised() {
      if (!store().guarantees().contains(Guarantee.SHARED)) {
        var identify = identify("u", Map.of());
        store().merge(tenant, identify);
        assertThat(Second.isApart(UserStoreContract.this::second,
            second -> second.createdBy(tenant, identify.userId()).isPresent())).isTrue();
        return;
      }
      var stores = List.of(store(), second());
      assertThat(stores.get(1)).isNotSameAs(stores.get(0));
      var answers = Concurrently.run(48,
          i -> stores.get(i % 2).merge(tenant, identify("u", Map.of("k" + i, "" + i))));
      assertThat(answers.stream().filter(CREATED::equals).count()).isEqualTo(1);
      assertThat(user("u").traits()).hasSize(48);
    }
  }

  @Nested
  class Reading {

    @Test
    void pages_show_every_user_once_in_the_order_of_ids() {
      IntStream.of(4, 2, 0, 6, 1, 5, 3).forEach(i -> store().merge(tenant, identify("u" + i, Map.of())));
      var query = Query.all().limit(3);
      var pages = Pages.walk(reader().users(tenant, query), next -> reader().users(tenant, query.after(next)));
      var seen = pages.stream().flatMap(List::stream).map(user -> user.id().value());
      assertThat(seen).containsExactly("u0", "u1", "u2", "u3", "u4", "u5", "u6");
    }

    @Test
    void the_time_of_the_filter_is_the_first_seen() {
      IntStream.range(0, 3)
          .forEach(i -> store().merge(tenant, identify("u" + i, Map.of(), NOW.plusMillis(i), id())));
      var query = new Query(Optional.empty(), Optional.of(NOW.plusMillis(1)), Optional.of(NOW.plusMillis(2)), 9,
          Optional.empty());
      assertThat(reader().users(tenant, query).rows()).extracting(user -> user.id().value()).containsExactly("u1");
    }

    @Test
    void a_foreign_cursor_is_refused() {
      for (var cursor : List.of("", "foreign", "u.", "u.!!!", "e.dTE", "../../etc/passwd")) {
        assertThatThrownBy(() -> reader().users(tenant, Query.all().after(cursor)))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
