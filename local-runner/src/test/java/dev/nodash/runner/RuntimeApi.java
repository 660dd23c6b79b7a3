package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nodash.http.Body;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Lambda's side of the Runtime API (version 2018-06-01) for one sandbox: hands out events one by one and takes what the
 * runtime client reports.
 */
final class RuntimeApi implements AutoCloseable {
  private static final String BASE = "/2018-06-01/runtime/";
  private static final int TIMEOUT_SECONDS = 28;

  /** What the runtime client reported. */
  sealed interface Report {
    record Response(String payload) implements Report {}

    record Failure(String type, String payload) implements Report {}
  }

  private record Invocation(String id, Body event) {}

  private final String function;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private final Map<String, CompletableFuture<Report>> running = new ConcurrentHashMap<>();
  private final CompletableFuture<Report> start = new CompletableFuture<>();
  private final CompletableFuture<Report> checkpoint = new CompletableFuture<>();
  private final CountDownLatch restored = new CountDownLatch(1);
  private final CompletableFuture<Report> untaken = new CompletableFuture<>();
  private volatile boolean takesResponses = true;

  RuntimeApi(String function) {
    this.function = function;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(BASE, this::serve);
    server.start();
  }

  /** The value of {@code AWS_LAMBDA_RUNTIME_API}. */
  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Completes when the runtime asks for its first event, with an empty response, or says why it cannot start. */
  CompletableFuture<Report> start() {
    return start;
  }

  /** Gives the runtime an event; completes with what it reports. */
  CompletableFuture<Report> invoke(byte[] event) {
    var invocation = new Invocation(UUID.randomUUID().toString(), new Body(event));
    var report = new CompletableFuture<Report>();
    running.put(invocation.id(), report);
    waiting.add(invocation);
    return report;
  }

  /** Completes when a runtime with SnapStart has prepared for the snapshot, or says why it cannot. */
  CompletableFuture<Report> checkpoint() {
    return checkpoint;
  }

  /** Lets a runtime with SnapStart wake. */
  void restore() {
    restored.countDown();
  }

  /** From now on no response is taken; completes with the first one, while its sender waits. */
  CompletableFuture<Report> leaveResponses() {
    takesResponses = false;
    return untaken;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath().substring(BASE.length()).split("/", -1);
      var type = exchange.getRequestHeaders().getFirst("Lambda-Runtime-Function-Error-Type");
      switch (path[path.length - 1]) {
        case "next" -> {
          if (path[0].equals("restore")) {
            wake(exchange);
          } else {
            next(exchange);
          }
        }
        case "response" -> response(exchange, path[1]);
        case "error" -> taken(exchange, faulty(path), new Report.Failure(String.valueOf(type), body(exchange)));
        default -> exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private CompletableFuture<Report> faulty(String[] path) {
    return switch (path[0]) {
      case "init" -> start;
      case "restore" -> checkpoint;
      default -> report(path[1]);
    };
  }

  private void wake(HttpExchange exchange) throws IOException {
    checkpoint.complete(new Report.Response(""));
    if (awaited(restored)) {
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void response(HttpExchange exchange, String id) throws IOException {
    var response = new Report.Response(body(exchange));
    if (takesResponses) {
      taken(exchange, report(id), response);
    } else {
      untaken.complete(response);
      awaited(new CountDownLatch(1));
    }
  }

  /** Waits for it, or for the end of this API. */
  private static boolean awaited(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void next(HttpExchange exchange) throws IOException {
    start.complete(new Report.Response(""));
    try {
      var invocation = waiting.take();
      var headers = exchange.getResponseHeaders();
      headers.set("Lambda-Runtime-Aws-Request-Id", invocation.id());
      headers.set("Lambda-Runtime-Deadline-Ms",
          Long.toString(Instant.now().plusSeconds(TIMEOUT_SECONDS).toEpochMilli()));
      headers.set("Lambda-Runtime-Invoked-Function-Arn",
          "arn:aws:lambda:eu-central-1:123456789012:function:" + function);
      headers.set("Lambda-Runtime-Trace-Id",
          "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0");
      headers.set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, invocation.event().size());
      exchange.getResponseBody().write(invocation.event().bytes());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<Report> report(String id) {
    var report = running.remove(id);
    if (report == null) {
      throw new IllegalStateException("a report on an invocation that is not running: " + id);
    }
    return report;
  }

  private static String body(HttpExchange exchange) throws IOException {
    return new String(exchange.getRequestBody().readAllBytes(), UTF_8);
  }

  private static void taken(HttpExchange exchange, CompletableFuture<Report> whom, Report report) throws IOException {
    exchange.sendResponseHeaders(202, -1);
    whom.complete(report);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
