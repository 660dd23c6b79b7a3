package dev.nodash.storage.flatfile;

import dev.nodash.json.Bytes;
import dev.nodash.model.Actor;
import dev.nodash.model.Event;
import dev.nodash.model.EventId;
import dev.nodash.model.EventTime;
import dev.nodash.model.EventType;
import dev.nodash.model.JsonText;
import dev.nodash.model.Relations;
import dev.nodash.model.Tenant;
import dev.nodash.model.UserId;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to encode the line that is stored of an event of 250 bytes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class Encode {
  private final Tenant tenant = Tenant.of("tenant1");
  private final Instant now = Instant.now();
  private final Event event = new Event(EventId.ofMessage(tenant.id(), "jmh-1"), EventType.TRACK,
      Optional.of("jmh-1"), "user_signup",
      new Actor(Optional.of(new UserId("user1")), Optional.empty(), Optional.empty(), Optional.empty()),
      Relations.NONE,
      Optional.of(new JsonText("{\"plan\":\"premium\",\"source\":\"web\",\"value\":12.5,\"items\":[\"a\",\"b\"]}")),
      Optional.empty(), Optional.of(new JsonText("{\"library\":{\"name\":\"bench\",\"version\":\"1.0\"}}")),
      EventTime.received(now));

  @Benchmark
  public int encode() {
    var line = new Bytes(EventLine.room(event));
    EventLine.encode(tenant, event, line);
    return line.size();
  }
}
