package dev.nodash.middleware;

import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.model.Tenant;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.QueueFull;
import dev.nodash.storage.StoreUnavailable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Is told what happens, for metrics. Called on event loops and by many threads at once: it neither waits nor fails. */
public interface Observer {
  /** Looks away. */
  Observer NONE = new Observer() {};

  /** Tells all of them. */
  static Observer of(List<? extends Observer> observers) {
    return switch (observers.size()) {
      case 0 -> NONE;
      case 1 -> observers.getFirst();
      default -> new Observer() {
        @Override
        public boolean asksForTimelines() {
          return observers.stream().anyMatch(Observer::asksForTimelines);
        }

        @Override
        public void watch(Functions functions) {
          observers.forEach(it -> it.watch(functions));
        }

        @Override
        public void answered(Answered answered) {
          observers.forEach(it -> it.answered(answered));
        }

        @Override
        public void stored(Stored stored) {
          observers.forEach(it -> it.stored(stored));
        }
      };
    };
  }

  /** Whether requests are to keep when they took which step. */
  default boolean asksForTimelines() {
    return false;
  }

  /** These functions begin to tell it what happens, and may be asked at any time; on Lambda others may come in their place. */
  default void watch(Functions functions) {}

  /** A request has its answer. */
  default void answered(Answered answered) {}

  /** A store has answered. */
  default void stored(Stored stored) {}

  /**
   * A request and what was said to it.
   *
   * @param route empty for an unknown path
   * @param nanos it took
   * @param tenant that was proved
   * @param outcomes of the events that it brought, and of how many
   * @param wasCharged whether the rate limiter was asked and answered
   */
  record Answered(Optional<Route> route, int status, long nanos, Optional<Tenant> tenant,
      Map<Outcome, Integer> outcomes,
      boolean wasCharged, Details details) {}

  /**
   * What tells a request from others.
   *
   * @param at when it was received
   * @param event the name of the event that it brought, if it was read so far
   * @param user whom it was about
   * @param reason why it was refused, as its client was told
   * @param timeline when it took which step, if an observer asks for timelines
   */
  record Details(Instant at, String requestId, Optional<String> event, Optional<String> user,
      Optional<String> reason, Optional<Timeline> timeline) {}

  /**
   * A call of a store.
   *
   * @param store {@code events}, or {@code users} for a merge together with its event
   * @param nanos it took, and before it the wait for a writer
   * @param fault why it failed
   */
  record Stored(String store, long nanos, @Nullable Throwable fault) {

    /** A word for what became of it; {@code fault} for what no store should do. */
    public String result() {
      return switch (fault) {
        case null -> "stored";
        case QueueFull _ -> "full";
        case StoreUnavailable _ -> "unavailable";
        case OutcomeUnknown _ -> "unknown";
        case DataRefused _ -> "refused";
        default -> "fault";
      };
    }
  }
}
