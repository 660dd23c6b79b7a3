package dev.nodash.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nodash.config.Deployment;
import dev.nodash.config.Settings;
import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.middleware.Endpoint;
import dev.nodash.middleware.Route;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The real line, settings from the environment, under one web engine: {@code Engines <engine> <port>}, where the engine is
 * {@code tomcat}, {@code jetty}, {@code helidon}, {@code jdk}, or {@code reference} for Netty without the line.
 */
public final class Engines {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int THREADS = 200;

  private Engines() {}

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[1]);
    if (args[0].equals("reference")) {
      NettyReference.serve(port);
      return;
    }
    var functions = Deployment.open(Settings.of(System.getenv()), Clock.systemUTC()).functions();
    var byName = Map.of("track", functions.track(), "identify", functions.identify(), "health", functions.health());
    Function<HttpRequest, HttpResponse> line = request -> endpoint(byName, request.path()).apply(request);
    switch (args[0]) {
      case "tomcat" -> tomcat(port, line);
      case "jetty" -> jetty(port, line);
      case "helidon" -> helidon(port, line);
      case "jdk" -> jdk(port, line);
      default -> throw new IllegalArgumentException("no engine " + args[0]);
    }
  }

  private static Endpoint endpoint(Map<String, Endpoint> byName, String path) {
    return Objects.requireNonNull(byName.get(Route.functionFor(path)));
  }

  private static void tomcat(int port, Function<HttpRequest, HttpResponse> line) throws Exception {
    var tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    var connector = new Connector();
    connector.setPort(port);
    connector.setProperty("address", LOOPBACK);
    connector.setProperty("maxKeepAliveRequests", "-1");
    tomcat.setConnector(connector);
    var context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "line", new LineServlet(line));
    context.addServletMapping("/*", "line");
    tomcat.start();
    tomcat.getServer().await();
  }

  private static void jetty(int port, Function<HttpRequest, HttpResponse> line) throws Exception {
    var server = new Server(new QueuedThreadPool(THREADS));
    var connector = new ServerConnector(server);
    connector.setHost(LOOPBACK);
    connector.setPort(port);
    server.addConnector(connector);
    var context = new ServletContextHandler();
    context.addServlet(new ServletHolder(new LineServlet(line)), "/*");
    server.setHandler(context);
    server.start();
    server.join();
  }

  private static void helidon(int port, Function<HttpRequest, HttpResponse> line) {
    WebServer.builder().host(LOOPBACK).port(port)
        .routing(routing -> routing.any((request, response) -> helidon(request, response, line))).build().start();
  }

  private static void helidon(ServerRequest request, ServerResponse response, Function<HttpRequest, HttpResponse> line)
      throws IOException {
    var headers = new HashMap<String, String>();
    request.headers().forEach(header -> headers.put(header.headerName().lowerCase(), header.get()));
    var body = request.content().hasEntity()
        ? Body.read(request.content().inputStream(), HttpRequest.MAX_BODY_BYTES)
        : Body.EMPTY;
    var answer = line.apply(new HttpRequest(request.prologue().method().text(), request.prologue().uriPath().rawPath(),
        headers, Map.of(), body, request.remotePeer().host(), false));
    response.status(answer.status());
    answer.headers().forEach((name, value) -> response.header(name, value));
    response.send(answer.body().getBytes(UTF_8));
  }

  private static void jdk(int port, Function<HttpRequest, HttpResponse> line) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), port), 1024);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> jdk(exchange, line));
    server.start();
  }

  private static void jdk(HttpExchange exchange, Function<HttpRequest, HttpResponse> line) throws IOException {
    var headers = new HashMap<String, String>();
    exchange.getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
    var answer = line.apply(new HttpRequest(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath(), headers,
        Map.of(), Body.read(exchange.getRequestBody(), HttpRequest.MAX_BODY_BYTES), LOOPBACK, false));
    answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    var bytes = answer.body().getBytes(UTF_8);
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static final class LineServlet extends HttpServlet {
    private final transient Function<HttpRequest, HttpResponse> line;

    LineServlet(Function<HttpRequest, HttpResponse> line) {
      this.line = line;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
      var headers = new HashMap<String, String>();
      for (var name : Collections.list(request.getHeaderNames())) {
        headers.put(name.toLowerCase(Locale.ROOT), String.join(",", Collections.list(request.getHeaders(name))));
      }
      var answer = line.apply(new HttpRequest(request.getMethod(), request.getRequestURI(), headers, Map.of(),
          Body.read(request.getInputStream(), HttpRequest.MAX_BODY_BYTES), request.getRemoteAddr(), false));
      response.setStatus(answer.status());
      answer.headers().forEach(response::setHeader);
      var bytes = answer.body().getBytes(UTF_8);
      response.setContentLength(bytes.length);
      response.getOutputStream().write(bytes);
    }
  }
}
