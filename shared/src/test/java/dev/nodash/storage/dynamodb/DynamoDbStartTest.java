package dev.nodash.storage.dynamodb;

import static dev.nodash.storage.kit.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.nodash.model.Tenant;
import dev.nodash.storage.SchemaMode;
import dev.nodash.storage.dynamodb.DynamoDbDatabase.Options;
import dev.nodash.storage.kit.Concurrently;
import dev.nodash.storage.kit.Samples;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DynamoDbStartTest {
  private final String url = DynamoDbEngine.shared().url();
  private final String prefix = "start-" + UUID.randomUUID() + "-";
  private final Tenant tenant = Samples.tenant();

  private DynamoDbEventStore open(SchemaMode mode) {
    return new DynamoDbEventStore(Databases.open(url, prefix, mode), Clock.systemUTC(), Optional.empty());
  }

  private void make(Shape shape) {
    var database = Databases.open(url, prefix, SchemaMode.AUTO);
    database.write("CreateTable", shape.creation(database.table(shape)), database.tries());
  }

  @Test
  void many_that_start_at_once_without_tables_all_start() {
    var answers = Concurrently.run(6, _ -> {
      try (var store = open(SchemaMode.AUTO)) {
        return store.append(tenant, List.of(event().build()));
      }
    });
    assertThat(answers).hasSize(6).allMatch(Set::isEmpty);
    open(SchemaMode.VERIFY).close();
  }

  @Test
  void verifying_makes_nothing_and_says_what_is_missing() {
    assertThatIllegalStateException().isThrownBy(() -> open(SchemaMode.VERIFY))
        .withMessageContaining("has no table " + prefix + "events");
    assertThatIllegalStateException().isThrownBy(() -> open(SchemaMode.VERIFY));
  }

  @Test
  void a_foreign_table_of_that_name_is_told_and_left_alone() {
    make(new Shape("events", new Shape.Key("pk", Optional.of("sk")), Optional.empty(), false));
    for (var mode : SchemaMode.values()) {
      assertThatIllegalStateException().isThrownBy(() -> open(mode))
          .withMessageEndingWith("it lacks the key (id); the index by_time (shard, at) of all attributes");
    }
  }

  @Test
  void a_table_that_does_not_let_go_of_what_has_expired_is_told_or_mended() {
    make(DynamoDbEventStore.TABLE);
    assertThatIllegalStateException().isThrownBy(() -> open(SchemaMode.VERIFY))
        .withMessageContaining("lacks a time to live by the attribute expires");
    open(SchemaMode.AUTO).close();
    open(SchemaMode.VERIFY).close();
  }

  @Test
  void health_says_that_a_table_is_gone_and_a_closed_store_is_unavailable() {
    var store = open(SchemaMode.AUTO);
    assertThat(store.check().fault()).isEmpty();
    var watching = new DynamoDbUserStore(new DynamoDbDatabase(
        new Options(prefix, Optional.of(URI.create(url)), SchemaMode.VERIFY), Databases.DEADLINE, false));
    assertThat(watching.check().fault()).hasValueSatisfying(
        fault -> assertThat(fault).contains(prefix + "users", "ResourceNotFoundException"));
    store.close();
    watching.close();
    assertThat(store.check().isHealthy()).isFalse();
  }

  @Test
  void a_deadline_that_leaves_no_time_is_refused() {
    var options = new Options(prefix, Optional.empty(), SchemaMode.AUTO);
    assertThatIllegalArgumentException().isThrownBy(() -> new DynamoDbDatabase(options, Duration.ofSeconds(4), true))
        .withMessageContaining("deadline");
  }
}
