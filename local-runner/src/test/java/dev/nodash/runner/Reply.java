package dev.nodash.runner;

import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a client got, without what cannot be the same twice: times, generated ids and what a web engine adds by itself.
 *
 * @param headers by lower-case name
 */
record Reply(int status, Map<String, String> headers, String body) {
  private static final Set<String> ENGINES_OWN = Set.of("date", "content-length", "connection", "keep-alive",
      "transfer-encoding");
  private static final Set<String> ANSWER_FIELDS = Set.of("statusCode", "headers", "body", "isBase64Encoded");
  private static final Pattern TIME = Pattern.compile("\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\"");
  private static final Pattern UPTIME = Pattern.compile("\"uptime\":\\d+");
  private static final Pattern GENERATED_ID = Pattern
      .compile("[0-9a-f]{8}-[0-9a-f]{4}-([47])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  private static final JsonMapper MAPPER = JsonMapper.shared();

  static Reply of(HttpResponse<String> response) {
    var headers = new TreeMap<String, String>();
    response.headers().map().forEach((name, values) -> headers.put(name, String.join(",", values)));
    return new Reply(response.statusCode(), headers, response.body());
  }

  /** The answer to API Gateway, as the gateway gives it to the client. */
  static Reply ofGateway(String method, String json) {
    var answer = MAPPER.readTree(json);
    if (!Set.copyOf(answer.propertyNames()).equals(ANSWER_FIELDS)) {
      throw new AssertionError("not what API Gateway understands: " + json);
    }
    var headers = new TreeMap<String, String>();
    answer.get("headers").properties().forEach(
        it -> headers.put(it.getKey().toLowerCase(Locale.ROOT), it.getValue().stringValue()));
    var body = method.equals("HEAD") ? "" : answer.get("body").stringValue();
    return new Reply(answer.get("statusCode").intValue(), headers, body);
  }

  /** The same, comparable. */
  Reply normal() {
    var kept = new TreeMap<>(headers);
    kept.keySet().removeAll(ENGINES_OWN);
    // How long until a budget has room again depends on when in its sub-bucket the request came.
    kept.computeIfPresent("x-ratelimit-reset", (_, seconds) -> seconds.replaceAll("\\d+", "N"));
    kept.computeIfPresent("retry-after", (_, seconds) -> seconds.replaceAll("\\d+", "N"));
    kept.replaceAll((_, value) -> generic(value));
    var text = TIME.matcher(body).replaceAll("\"TIME\"");
    text = UPTIME.matcher(text).replaceAll("\"uptime\":N");
    if (status == 429) {
      text = text.replaceAll("in \\d+ s\"", "in N s\"");
    }
    return new Reply(status, kept, generic(text));
  }

  private static String generic(String text) {
    return GENERATED_ID.matcher(text).replaceAll("UUIDv$1");
  }
}
