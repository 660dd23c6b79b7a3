package dev.nodash.storage.bigquery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nodash.json.JsonBuilder;
import dev.nodash.json.JsonTree;
import dev.nodash.model.JsonText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What BigQuery's documentation says of the calls that the store makes: OAuth tokens for a service account's signed
 * assertion (RFC 7523), tables.get, insert and patch, and tabledata.insertAll. It knows one dataset and refuses whatever is
 * not as documented. It is not BigQuery: that the service does what its documentation says is not shown with it.
 */
public final class BigQueryStub implements AutoCloseable {
  public static final String PROJECT = "a-project";
  public static final String DATASET = "nodash";
  private static final String TABLES = "/bigquery/v2/projects/" + PROJECT + "/datasets/" + DATASET + "/tables";
  private static final String ACCOUNT = "writer@a-project.iam.gserviceaccount.com";
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

  private final HttpServer server;
  private final KeyPair keys;
  private final Map<String, Map<String, Object>> tables = new ConcurrentHashMap<>();
  private final List<Map<?, ?>> rows = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final Queue<Plan> plans = new ConcurrentLinkedQueue<>();
  private final AtomicInteger tokens = new AtomicInteger();
  private final Set<String> valid = ConcurrentHashMap.newKeySet();

  /** What becomes of one insertAll. */
  private interface Plan {
    void run(HttpExchange exchange, List<Map<?, ?>> sent) throws IOException;
  }

  public BigQueryStub() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      keys = generator.generateKeyPair();
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The key of the one account that it knows, in the form of Google's key files. */
  public String credentials() {
    var key = "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded()) + "\n-----END PRIVATE KEY-----\n";
    return new JsonBuilder().add("type", "service_account").add("project_id", PROJECT).add("private_key_id", "k1")
        .add("private_key", key).add("client_email", ACCOUNT).add("client_id", "1")
        .add("token_uri", url() + "/token").end().value();
  }

  /** What was not as it should be. */
  public List<String> faults() {
    return faults;
  }

  /** The rows that it took. */
  public List<Map<?, ?>> rows() {
    return rows;
  }

  /** The bodies of all insertAll that came, as they were sent. */
  List<String> bodies() {
    return bodies;
  }

  Map<String, Map<String, Object>> tables() {
    return tables;
  }

  int tokens() {
    return tokens.get();
  }

  /** Takes no token that it gave so far. */
  void forgetToken() {
    valid.clear();
  }

  /** Answers the next insertAll with an error, and takes nothing. */
  public void refuse(int status, String reason) {
    plans.add((exchange, _) -> answer(exchange, status, error(status, reason)));
  }

  /** Takes the rows of the next insertAll and answers with an error all the same. */
  void takeAndRefuse(int status, String reason) {
    plans.add((exchange, sent) -> {
      rows.addAll(sent);
      answer(exchange, status, error(status, reason));
    });
  }

  /** Takes the rows of the next insertAll and closes the connection without an answer. */
  void takeAndHangUp() {
    plans.add((exchange, sent) -> {
      rows.addAll(sent);
      exchange.close();
    });
  }

  /** Leaves the next insertAll without an answer for as long as its client waits. */
  void freeze() {
    plans.add((exchange, _) -> exchange.getRequestHeaders());
  }

  /** Says of one row of the next insertAll that it could not be taken for the moment, and takes the others. */
  void missOne(int index, String reason) {
    plans.add((exchange, sent) -> {
      for (int i = 0; i < sent.size(); i++) {
        if (i != index) {
          rows.add(sent.get(i));
        }
      }
      answer(exchange, 200, errors(Map.of(index, rowError(reason, ""))));
    });
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      var path = exchange.getRequestURI().getPath();
      var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      if (path.equals("/token")) {
        token(exchange, body);
      } else if (!isAuthorized(exchange)) {
        answer(exchange, 401, error(401, "authError"));
      } else if (!path.startsWith(TABLES)) {
        answer(exchange, 404, error(404, "notFound"));
      } else {
        var method = exchange.getRequestHeaders().getFirst("X-HTTP-Method-Override");
        call(exchange, (method == null ? exchange.getRequestMethod() : method) + " " + path.substring(TABLES.length()),
            body);
      }
    } catch (RuntimeException e) {
      faults.add(e.toString());
      answer(exchange, 500, error(500, "internalError"));
    }
  }

  private boolean isAuthorized(HttpExchange exchange) {
    var header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    return header.startsWith("Bearer ") && valid.contains(header.substring(7));
  }

  private void call(HttpExchange exchange, String call, String body) throws IOException {
    if (call.startsWith("GET /")) {
      var table = Optional.ofNullable(tables.get(call.substring(5)));
      answer(exchange, table.isPresent() ? 200 : 404,
          table.map(BigQueryStub::json).orElseGet(() -> error(404, "notFound")));
    } else if (call.equals("POST ")) {
      create(exchange, read(body));
    } else if (call.startsWith("PATCH /")) {
      table(call.substring(7)).putAll(read(body));
      answer(exchange, 200, "{}");
    } else if (call.equals("POST /events_raw/insertAll")) {
      insertAll(exchange, body);
    } else {
      faults.add("called " + call);
      answer(exchange, 404, error(404, "notFound"));
    }
  }

  private void create(HttpExchange exchange, Map<String, Object> table) throws IOException {
    var reference = object(table, "tableReference");
    check(Map.of("projectId", PROJECT, "datasetId", DATASET, "tableId", text(reference, "tableId")), reference);
    var there = tables.putIfAbsent(text(reference, "tableId"), new HashMap<>(table));
    answer(exchange, there == null ? 200 : 409, there == null ? json(table) : error(409, "duplicate"));
  }

  private void insertAll(HttpExchange exchange, String body) throws IOException {
    bodies.add(body);
    var request = read(body);
    var list = list(request, "rows");
    request.remove("rows");
    check(Map.of("kind", "bigquery#tableDataInsertAllRequest", "skipInvalidRows", false, "ignoreUnknownValues", false),
        request);
    var sent = new ArrayList<Map<?, ?>>();
    for (var entry : list) {
      var row = (Map<?, ?>) entry;
      var json = object(row, "json");
      check(text(row, "insertId"), json.get("event_id"));
      check(2, row.size());
      sent.add(json);
    }
    var plan = plans.poll();
    if (plan != null) {
      plan.run(exchange, sent);
      return;
    }
    var invalid = new LinkedHashMap<Integer, String>();
    for (int i = 0; i < sent.size(); i++) {
      var index = i;
      fault(sent.get(i)).ifPresent(column -> invalid.put(index, rowError("invalid", column)));
    }
    if (!invalid.isEmpty()) {
      for (int i = 0; i < sent.size(); i++) {
        invalid.putIfAbsent(i, rowError("stopped", ""));
      }
    } else {
      rows.addAll(sent);
    }
    answer(exchange, 200, errors(invalid));
  }

  /** The column of a row that does not fit the table. */
  private Optional<String> fault(Map<?, ?> row) {
    var unknown = new ArrayList<>(row.keySet().stream().map(String::valueOf).toList());
    for (var field : fields()) {
      var name = text(field, "name");
      unknown.remove(name);
      var value = row.get(name);
      if (value == null ? "REQUIRED".equals(field.get("mode")) : !fits(text(field, "type"), value)) {
        return Optional.of(name);
      }
    }
    return unknown.stream().findFirst();
  }

  private static boolean fits(String type, Object value) {
    return type.equals("BOOLEAN") ? value instanceof Boolean : value instanceof String text && switch (type) {
      case "TIMESTAMP" -> Instant.parse(text).isAfter(Instant.EPOCH);
      case "INTEGER" -> text.matches("-?\\d+");
      default -> true;
    };
  }

  private void token(HttpExchange exchange, String form) throws IOException {
    var fields = new HashMap<String, String>();
    for (var pair : form.split("&", -1)) {
      var parts = pair.split("=", 2);
      fields.put(parts[0], URLDecoder.decode(parts[1], UTF_8));
    }
    check(GRANT, fields.get("grant_type"));
    var parts = text(fields, "assertion").split("\\.", -1);
    var claims = read(new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8));
    check(ACCOUNT, claims.get("iss"));
    check("https://oauth2.googleapis.com/token", claims.get("aud"));
    check("https://www.googleapis.com/auth/bigquery", claims.get("scope"));
    check(true, isSigned(parts[0] + "." + parts[1], parts[2]));
    var token = "token-" + tokens.incrementAndGet();
    valid.add(token);
    answer(exchange, 200, new JsonBuilder().add("access_token", token).add("token_type", "Bearer")
        .add("expires_in", 3_600).end().value());
  }

  private boolean isSigned(String text, String signature) {
    try {
      var verifier = Signature.getInstance("SHA256withRSA");
      verifier.initVerify(keys.getPublic());
      verifier.update(text.getBytes(UTF_8));
      return verifier.verify(Base64.getUrlDecoder().decode(signature));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  Map<String, Object> table(String name) {
    return Objects.requireNonNull(tables.get(name), name);
  }

  /** The columns of the table of events. */
  List<Map<String, Object>> fields() {
    var fields = new ArrayList<Map<String, Object>>();
    for (var field : list(object(table("events_raw"), "schema"), "fields")) {
      @SuppressWarnings("unchecked")
      var column = (Map<String, Object>) field;
      fields.add(column);
    }
    return fields;
  }

  private static Map<?, ?> object(Map<?, ?> of, String name) {
    return (Map<?, ?>) Objects.requireNonNull(of.get(name), name);
  }

  private static List<?> list(Map<?, ?> of, String name) {
    return (List<?>) Objects.requireNonNull(of.get(name), name);
  }

  private static String text(Map<?, ?> of, String name) {
    return (String) Objects.requireNonNull(of.get(name), name);
  }

  private void check(Object expected, @Nullable Object found) {
    if (!expected.equals(found)) {
      faults.add("expected " + expected + " and found " + found);
    }
  }

  private static Map<String, Object> read(String json) {
    return JsonTree.read(new ByteArrayInputStream(json.getBytes(UTF_8)));
  }

  private static String error(int status, String reason) {
    var first = new JsonBuilder().add("reason", reason).add("message", "a value of somebody").end().value();
    return new JsonBuilder().add("error", new JsonBuilder().add("code", status)
        .add("errors", new JsonText("[" + first + "]")).end()).end().value();
  }

  private static String rowError(String reason, String location) {
    return new JsonBuilder().add("reason", reason).add("location", location).add("message", "a value of somebody")
        .end().value();
  }

  private static String errors(Map<Integer, String> byRow) {
    if (byRow.isEmpty()) {
      return "{\"kind\":\"bigquery#tableDataInsertAllResponse\"}";
    }
    return new JsonBuilder().add("insertErrors", new JsonText(byRow.entrySet().stream()
        .map(row -> new JsonBuilder().add("index", row.getKey()).add("errors", new JsonText("[" + row.getValue() + "]"))
            .end().value())
        .collect(Collectors.joining(",", "[", "]")))).end().value();
  }

  /** A value as it was read. */
  private static String json(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var object = new JsonBuilder();
        map.forEach((name, member) -> object.add((String) name, new JsonText(json(member))));
        yield object.end().value();
      }
      case List<?> list -> list.stream().map(BigQueryStub::json).collect(Collectors.joining(",", "[", "]"));
      case String text -> {
        var object = new JsonBuilder().add("t", text).end().value();
        yield object.substring(object.indexOf(':') + 1, object.length() - 1);
      }
      default -> value.toString();
    };
  }

  private static void answer(HttpExchange exchange, int status, String json) {
    try (exchange) {
      var bytes = json.getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json; charset=UTF-8");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
