package dev.nodash.runner;

import dev.nodash.http.Body;
import dev.nodash.http.Body.Fault;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.util.function.Consumer;

/**
 * Takes a body of known length as it comes: no thread waits for the client. The engine calls it for one event at a time,
 * and ends it when the exchange's time is over.
 */
final class SlowBody implements ReadListener, AsyncListener {
  private final ServletInputStream in;
  private final IncomingBody body;
  private final Consumer<Body> reader;
  private boolean ended;

  /**
   * Takes nothing yet.
   *
   * @param body is closed at the end
   * @param reader is given the body, or why there is none, once, and answers before it returns
   */
  SlowBody(ServletInputStream in, IncomingBody body, Consumer<Body> reader) {
    this.in = in;
    this.body = body;
    this.reader = reader;
  }

  @Override
  public void onDataAvailable() {
    while (!ended && in.isReady()) {
      body.read(in).ifPresent(this::end);
    }
  }

  @Override
  public void onAllDataRead() {
    end(body.body());
  }

  @Override
  public void onError(Throwable fault) {
    end(IncomingBody.broken(fault));
  }

  @Override
  public void onError(AsyncEvent event) {
    end(Body.unread(Fault.CUT));
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    end(Body.unread(Fault.LATE));
  }

  private void end(Body read) {
    if (!ended) {
      ended = true;
      try (body) {
        reader.accept(read);
      }
    }
  }

  @Override
  public void onComplete(AsyncEvent event) {
    ended = true;
    body.close();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // The exchange is not started again.
  }
}
