package dev.nodash.storage.dynamodb;

import static dev.nodash.storage.kit.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.model.EventTime;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.EventStore;
import dev.nodash.storage.kit.EventStoreContract;
import dev.nodash.storage.kit.Samples;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DynamoDbEventStoreTest extends EventStoreContract {
  private static DynamoDbEventStore store;
  private static DynamoDbEventStore second;

  @BeforeAll
  static void open() {
    store = new DynamoDbEventStore(Databases.open(DynamoDbEngine.shared().url()), Clock.systemUTC(), Optional.empty());
    second = new DynamoDbEventStore(Databases.open(DynamoDbEngine.shared().url()), Clock.systemUTC(), Optional.empty());
  }

  @AfterAll
  static void close() {
    store.close();
    second.close();
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
    return second;
  }

  @Override
  protected void crash() {
    DynamoDbEngine.shared().kill();
    DynamoDbEngine.shared().restart();
    close();
    open();
  }

  @Test
  void an_event_that_is_over_counts_as_gone_before_it_is_removed() {
    var tenant = Samples.tenant();
    var now = Instant.now();
    var old = event().time(EventTime.received(now.truncatedTo(ChronoUnit.MILLIS))).build();
    var kept = new DynamoDbEventStore(Databases.open(DynamoDbEngine.shared().url()), Clock.systemUTC(),
        Optional.of(Duration.ofDays(1)));
    var later = new DynamoDbEventStore(Databases.open(DynamoDbEngine.shared().url()),
        Clock.fixed(now.plus(Duration.ofDays(2)), ZoneOffset.UTC), Optional.of(Duration.ofDays(1)));
    assertThat(kept.append(tenant, List.of(old))).isEmpty();
    assertThat(kept.append(tenant, List.of(event().id(old.id()).name("again").build()))).containsExactly(old.id());
    assertThat(kept.contains(tenant, old.id())).isTrue();
    assertThat(later.contains(tenant, old.id())).isFalse();
    assertThat(later.events(tenant, EventReader.Query.all()).rows()).isEmpty();
    var again = event().id(old.id()).name("again")
        .time(EventTime.received(old.time().receivedAt().plusSeconds(172_800)));
    assertThat(later.append(tenant, List.of(again.build()))).isEmpty();
    assertThat(later.events(tenant, EventReader.Query.all()).rows()).containsExactly(again.build());
    kept.close();
    later.close();
  }

  @Test
  void many_events_at_once_are_more_than_one_call_and_a_repetition_of_all_tells_each() {
    var tenant = Samples.tenant();
    var many = IntStream.range(0, 60).mapToObj(i -> event().name("n" + i).build()).toList();
    assertThat(store.append(tenant, many)).isEmpty();
    assertThat(store.events(tenant, EventReader.Query.all()).rows()).containsExactlyInAnyOrderElementsOf(many);
    var again = many.stream().map(it -> event().id(it.id()).build()).toList();
    assertThat(store.append(tenant, again)).hasSize(60);
  }

  @Test
  void the_very_same_event_is_taken_for_an_earlier_try_of_its_append() {
    var tenant = Samples.tenant();
    var event = event().build();
    assertThat(store.append(tenant, List.of(event))).isEmpty();
    assertThat(store.append(tenant, List.of(event))).isEmpty();
    assertThat(store.events(tenant, EventReader.Query.all()).rows()).containsExactly(event);
  }
}
