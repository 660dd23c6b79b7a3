package dev.nodash.runner;

import dev.nodash.http.Body;
import dev.nodash.http.Body.Fault;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.middleware.Route;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.function.context.FunctionCatalog;

/** The runner's whole edge: a request to a value, the function of its route, a value to a response. */
final class FunctionServlet extends HttpServlet {
  private static final Logger LOG = LoggerFactory.getLogger(FunctionServlet.class);

  /** Threads that may wait for bodies in chunks; the others are left for clients who make nobody wait. */
  private static final int MOST_WAITS = 50;

  private final transient Map<String, Function<HttpRequest, HttpResponse>> functions;
  private final transient BodyRoom room = BodyRoom.ofHeap();
  private final transient Semaphore waits = new Semaphore(MOST_WAITS);
  private final Duration patience;

  /**
   * Finds the functions.
   *
   * @param patience how long a body may take to arrive
   */
  FunctionServlet(FunctionCatalog catalog, Duration patience) {
    this.patience = patience;
    this.functions = Stream.of(Route.values()).map(Route::function).distinct()
        .collect(Collectors.toUnmodifiableMap(Function.identity(), name -> lookup(catalog, name)));
  }

  private static Function<HttpRequest, HttpResponse> lookup(FunctionCatalog catalog, String name) {
    return Optional.<Function<HttpRequest, HttpResponse>>ofNullable(catalog.lookup(Function.class, name)).orElseThrow();
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
    var in = request.getInputStream();
    var length = request.getContentLengthLong();
    var chunked = request.getHeader("transfer-encoding") != null;
    if (!chunked && length <= in.available()) {
      answer(request, response, new Body(in.readNBytes((int) Math.max(0, length))));
      return;
    }
    var encoded = request.getHeader("content-encoding") != null;
    var usable = Route.usable(request.getMethod(), request.getRequestURI(), encoded);
    if (length > usable && request.getHeader("expect") != null) {
      answer(request, response, new Body(new byte[0], length));
      return;
    }
    var body = new IncomingBody(room, length > usable ? 0 : usable);
    if (chunked) {
      try (body) {
        answer(request, response, awaited(body, in));
      }
    } else {
      answerLater(request, in, body);
    }
  }

  /** Waits for a body in chunks, since Tomcat loses an exchange that ends with the last of them if nobody waits. */
  private Body awaited(IncomingBody body, ServletInputStream in) {
    if (!waits.tryAcquire()) {
      return Body.unread(Fault.NO_ROOM);
    }
    try {
      long start = System.nanoTime();
      var read = body.read(in);
      while (read.isEmpty()) {
        read = System.nanoTime() - start > patience.toNanos()
            ? Optional.of(Body.unread(Fault.LATE))
            : body.read(in);
      }
      return read.get();
    } finally {
      waits.release();
    }
  }

  private void answerLater(HttpServletRequest request, ServletInputStream in, IncomingBody incoming) {
    var exchange = request.startAsync();
    exchange.setTimeout(patience.toMillis());
    var slow = new SlowBody(in, incoming, body -> answerLate(exchange, body));
    exchange.addListener(slow);
    in.setReadListener(slow);
  }

  private void answerLate(AsyncContext exchange, Body body) {
    try {
      answer((HttpServletRequest) exchange.getRequest(), (HttpServletResponse) exchange.getResponse(), body);
    } catch (IOException e) {
      LOG.debug("the client left before it was answered", e);
    } finally {
      exchange.complete();
    }
  }

  /** Answers; a client that is still sending then is cut off, for what it sends next cannot be told from a request. */
  private void answer(HttpServletRequest request, HttpServletResponse response, Body body) throws IOException {
    if (body.fault().isPresent()) {
      Engine.of(request).takeBackError();
    }
    if (!request.getInputStream().isFinished()) {
      Engine.of(request).leaveBody();
      response.setHeader("Connection", "close");
    }
    var function = Optional.ofNullable(functions.get(Route.functionFor(request.getRequestURI()))).orElseThrow();
    Exchanges.write(function.apply(Exchanges.request(request, body)), response);
  }
}
