package dev.nodash.storage.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * A process that speaks ClickHouse's HTTP interface, as far as clickhouse-jdbc and this project use it, in front of the
 * real engine in libchdb.so. It keeps one data folder, listens on loopback only and checks one user's password itself,
 * since the library has no users. Compressed bodies and asynchronous inserts are not done here.
 *
 * <p>It knows the JDK only, so that it starts from this package's classes alone.
 */
public final class ChdbServer {
  /** What it prints once it answers. */
  static final String READY = "ready";

  private static final int SESSIONS = 4;
  private static final Set<String> NO_SETTINGS = Set.of("query", "query_id", "default_format", "compress",
      "decompress", "wait_end_of_query", "client_protocol_version", "async_insert", "wait_for_async_insert");
  private static final Pattern INSERT = Pattern.compile("(?is)(\\s*INSERT\\s.*)\\sFORMAT\\s+(\\w+)\\s*");
  private static final Pattern FORMAT = Pattern.compile("(?is).*\\sFORMAT\\s+(\\w+)[\\s;]*");
  private static final Pattern CODE = Pattern.compile("(?s)Code: (\\d+)\\..*");

  private final String authorization;
  private final BlockingQueue<Session> sessions = new ArrayBlockingQueue<>(SESSIONS);

  private ChdbServer(Path library, Path data, String credentials) throws Throwable {
    this.authorization = "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
    var engine = new Chdb.Library(library);
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(new Session(engine.session(data)));
    }
  }

  /** Arguments: the library, the data folder, the port, {@code user:password}. */
  public static void main(String... arguments) throws Throwable {
    var server = new ChdbServer(Path.of(arguments[0]), Path.of(arguments[1]), arguments[3]);
    var http = HttpServer.create(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[2])), 0);
    http.setExecutor(Executors.newCachedThreadPool());
    http.createContext("/", server::handle);
    http.start();
    System.out.println(READY);
    // The parent holds the other end, and lets go of it at the latest when it dies.
    System.in.transferTo(OutputStream.nullOutputStream());
    Runtime.getRuntime().halt(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      if (exchange.getRequestURI().getPath().equals("/ping")) {
        reply(exchange, 200, "Ok.\n".getBytes(UTF_8));
      } else if (!isKnown(exchange)) {
        refuse(exchange, 403, "Code: 516. DB::Exception: default: Authentication failed. (AUTHENTICATION_FAILED)");
      } else {
        answer(exchange, parameters(exchange), body);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private boolean isKnown(HttpExchange exchange) {
    return authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private void answer(HttpExchange exchange, Map<String, String> parameters, byte[] body)
      throws IOException, InterruptedException {
    var session = sessions.take();
    try {
      var database = exchange.getRequestHeaders().getFirst("X-ClickHouse-Database");
      session.use(database == null ? "default" : database);
      session.set(settings(parameters));
      var query = parameters.getOrDefault("query", "");
      var insert = INSERT.matcher(query);
      var format = format(exchange, parameters, query);
      var answer = insert.matches()
          ? session.engine.insert(insert.group(1), insert.group(2), body)
          : session.engine.query(query + (query.isEmpty() ? "" : "\n") + new String(body, UTF_8), format);
      var headers = exchange.getResponseHeaders();
      headers.add("X-ClickHouse-Format", format);
      headers.add("X-ClickHouse-Timezone", "UTC");
      headers.add("X-ClickHouse-Query-Id", parameters.getOrDefault("query_id", ""));
      headers.add("X-ClickHouse-Summary", "{\"written_rows\":\"" + answer.written() + "\"}");
      reply(exchange, 200, answer.data());
    } catch (Chdb.Refused e) {
      refuse(exchange, 500, String.valueOf(e.getMessage()));
    } finally {
      sessions.add(session);
    }
  }

  private static String format(HttpExchange exchange, Map<String, String> parameters, String query) {
    var clause = FORMAT.matcher(query);
    if (clause.matches()) {
      return clause.group(1);
    }
    var header = exchange.getRequestHeaders().getFirst("X-ClickHouse-Format");
    return header != null ? header : parameters.getOrDefault("default_format", "TabSeparated");
  }

  private static Map<String, String> settings(Map<String, String> parameters) {
    var settings = new HashMap<>(parameters);
    settings.keySet().removeIf(name -> NO_SETTINGS.contains(name) || name.startsWith("http_"));
    return settings;
  }

  private static Map<String, String> parameters(HttpExchange exchange) {
    var parameters = new HashMap<String, String>();
    var query = exchange.getRequestURI().getRawQuery();
    for (var pair : query == null ? new String[0] : query.split("&")) {
      var parts = pair.split("=", 2);
      parameters.put(URLDecoder.decode(parts[0], UTF_8), parts.length > 1 ? URLDecoder.decode(parts[1], UTF_8) : "");
    }
    return parameters;
  }

  private static void refuse(HttpExchange exchange, int status, String message) throws IOException {
    var code = CODE.matcher(message);
    exchange.getResponseHeaders().add("X-ClickHouse-Exception-Code", code.matches() ? code.group(1) : "1000");
    reply(exchange, status, message.getBytes(UTF_8));
  }

  private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  /** A session of the engine with the database and the settings of the request it served last. */
  private static final class Session {
    private final Chdb engine;
    private String database = "default";
    private Map<String, String> settings = Map.of();

    Session(Chdb engine) {
      this.engine = engine;
    }

    void use(String wanted) throws Chdb.Refused {
      if (!wanted.equals(database)) {
        engine.query("USE `" + wanted.replace("`", "``") + "`", "Null");
        database = wanted;
      }
    }

    void set(Map<String, String> wanted) throws Chdb.Refused {
      var changes = new StringBuilder();
      for (var name : settings.keySet()) {
        if (!wanted.containsKey(name)) {
          changes.append(", ").append(name).append(" = DEFAULT");
        }
      }
      wanted.forEach((name, value) -> {
        if (!value.equals(settings.get(name))) {
          changes.append(String.format(Locale.ROOT, ", %s = '%s'", name, value.replace("\\", "\\\\").replace("'",
              "\\'")));
        }
      });
      if (!changes.isEmpty()) {
        engine.query("SET " + changes.substring(2), "Null");
        settings = wanted;
      }
    }
  }
}
