package dev.nodash.runner;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.context.SmartLifecycle;

/**
 * Lets clients leave before the web server stops. Its own graceful stop closes each connection after the answer under
 * way without saying so, and a client that sends its next request into that close gets no answer.
 *
 * <ol>
 * <li>Close the listening socket; from here on Tomcat answers with {@code Connection: close}.
 * <li>Wait until no request has come for a moment; what is left are idle connections.
 * </ol>
 */
final class Drain implements SmartLifecycle, TomcatConnectorCustomizer {
  private static final long QUIET_NANOS = 100_000_000;
  private static final int MOST_ROUNDS = 15;

  private final LongAdder requests = new LongAdder();
  private volatile @Nullable Connector connector;
  private volatile boolean running;

  @Override
  public void customize(Connector served) {
    // A thread that waits for a stalled client does not hold up the end of the process.
    served.setProperty("executorTerminationTimeoutMillis", "500");
    connector = served;
  }

  /** Notes that a request came. */
  ValveBase counter() {
    return new Counter();
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    var served = connector;
    if (served == null) {
      return;
    }
    served.getProtocolHandler().closeServerSocketGraceful();
    var seen = -1L;
    for (int round = 0; round < MOST_ROUNDS && requests.sum() != seen; round++) {
      seen = requests.sum();
      LockSupport.parkNanos(QUIET_NANOS);
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** The last to start and so the first to stop, before the web server does. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }

  private final class Counter extends ValveBase {
    Counter() {
      super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
      requests.increment();
      getNext().invoke(request, response);
    }
  }
}
