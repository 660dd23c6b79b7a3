package dev.nodash.config;

import dev.nodash.storage.AppendQueue.Limits;
import dev.nodash.storage.batch.BatchingEventStore.Rule;
import java.time.Duration;

/** How the appends of concurrent requests are gathered for each engine. */
final class BatchRules {
  private static final int BYTES = 4 << 20;
  private static final Limits LARGE = new Limits(1_000, BYTES);

  /** A part of ClickHouse costs as much as hundreds of rows, so its batches are rather large than many. */
  static final Rule CLICKHOUSE = new Rule(LARGE, Duration.ofMillis(20), 1, Backends.DEADLINE);
  /** What comes while a batch is stored makes the next one large enough; two at a time were measured to cost more. */
  static final Rule POSTGRES = new Rule(LARGE, Duration.ZERO, 1, Backends.DEADLINE);
  /** As many events as a call of DynamoDB takes, and several calls at once, since each waits for the network. */
  static final Rule DYNAMODB = new Rule(new Limits(25, BYTES), Duration.ZERO, 8, Backends.DEADLINE);
  /** As many rows as Google advises for a call, and several calls at once, since each waits for the network. */
  static final Rule BIGQUERY = new Rule(new Limits(500, BYTES), Duration.ZERO, 4, Backends.DEADLINE);

  private BatchRules() {}
}
