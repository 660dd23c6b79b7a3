package dev.nodash.middleware;

import dev.nodash.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** When a request took which step; kept only where an {@link Observer} asks for it. Used by one thread at a time. */
public final class Timeline {

  /** The steps of the line, in their order. */
  public enum Step {
    ROUTE, VALIDATE, AUTHENTICATE, RATE_LIMIT, DEDUPLICATE,
    /** Within the one before it. */
    STORE, RESPOND;

    /** As it is called in traces. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A step that was taken, or in which the request ended.
   *
   * @param from by {@link System#nanoTime}, as {@code until}
   */
  public record Taken(Step step, long from, long until) {}

  private final HttpRequest request;
  private final long begin = System.nanoTime();
  private final List<Taken> taken = new ArrayList<>();
  private Step next = Step.ROUTE;
  private long last = begin;

  Timeline(HttpRequest request) {
    this.request = request;
  }

  /** The step that follows the one before it has been taken. */
  void passed(Step step) {
    long now = System.nanoTime();
    taken.add(new Taken(step, last, now));
    last = now;
    next = switch (step) {
      case ROUTE -> Step.VALIDATE;
      case VALIDATE -> Step.AUTHENTICATE;
      case AUTHENTICATE -> Step.RATE_LIMIT;
      case RATE_LIMIT -> Step.DEDUPLICATE;
      default -> Step.RESPOND;
    };
  }

  /** A store has answered, within the step that is under way. */
  void stored(long from) {
    taken.add(new Taken(Step.STORE, from, System.nanoTime()));
  }

  /** The request has its answer: from the step that was under way if it was refused, else from the last. */
  void end(boolean refused) {
    passed(refused ? next : Step.RESPOND);
  }

  /** When the request came, by {@link System#nanoTime}. */
  public long begin() {
    return begin;
  }

  /** When it was answered, by {@link System#nanoTime}. */
  public long end() {
    return last;
  }

  /** In the order in which they ended. */
  public List<Taken> taken() {
    return List.copyOf(taken);
  }

  /** A header of the request, which may name the trace that it is a part of. */
  public Optional<String> header(String name) {
    return request.header(name.toLowerCase(Locale.ROOT));
  }

  public String method() {
    return request.method();
  }
}
