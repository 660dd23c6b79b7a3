package dev.nodash.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.Query;
import java.io.InputStream;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads an event of API Gateway: payload format 2.0 (HTTP API, function URL) or 1.0 (REST API). It is total: an event of
 * any other kind becomes a request that no route matches, or that {@link WarmUp} answers.
 */
public final class GatewayIn implements Function<InputStream, HttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayIn.class);
  private static final HttpRequest NO_REQUEST = new HttpRequest("", "", Map.of(), Map.of(), Body.EMPTY, "", true);
  private static final String DEFAULT_STAGE = "$default";

  private final JsonMapper mapper = JsonMapper.shared();

  @Override
  public HttpRequest apply(InputStream event) {
    try {
      var root = mapper.readTree(event);
      if (root.path("source").isString() && !root.has("requestContext") && !root.has("httpMethod")) {
        return WarmUp.EVENT;
      }
      return root.path("version").asString("").startsWith("2.") ? format2(root) : format1(root);
    } catch (RuntimeException e) {
      LOG.warn("an event is not of API Gateway: {}", e.getClass().getSimpleName());
      return NO_REQUEST;
    }
  }

  private static HttpRequest format2(JsonNode event) {
    var context = event.path("requestContext");
    var http = context.path("http");
    return new HttpRequest(http.path("method").asString(""),
        withoutStage(event.path("rawPath").asString(""), context.path("stage").asString(DEFAULT_STAGE)),
        joined(event.path("headers")), Query.parse(event.path("rawQueryString").asString("")), body(event),
        http.path("sourceIp").asString(""), true);
  }

  private static HttpRequest format1(JsonNode event) {
    var many = event.path("multiValueHeaders");
    var query = event.path("multiValueQueryStringParameters");
    return new HttpRequest(event.path("httpMethod").asString(""), event.path("path").asString(""),
        joined(many.isObject() ? many : event.path("headers")),
        first(query.isObject() ? query : event.path("queryStringParameters")), body(event),
        event.path("requestContext").path("identity").path("sourceIp").asString(""), true);
  }

  /** A named stage stands before the path; the default stage does not. */
  private static String withoutStage(String path, String stage) {
    var prefix = "/" + stage;
    if (stage.equals(DEFAULT_STAGE) || !(path.equals(prefix) || path.startsWith(prefix + "/"))) {
      return path;
    }
    return path.length() == prefix.length() ? "/" : path.substring(prefix.length());
  }

  private static Map<String, String> joined(JsonNode values) {
    var map = new LinkedHashMap<String, String>();
    values.properties().forEach(entry -> {
      var name = entry.getKey().toLowerCase(Locale.ROOT);
      each(entry.getValue()).forEach(value -> map.merge(name, value, (a, b) -> a + "," + b));
    });
    return map;
  }

  private static Map<String, String> first(JsonNode values) {
    var map = new HashMap<String, String>();
    values.properties()
        .forEach(entry -> each(entry.getValue()).forEach(value -> map.putIfAbsent(entry.getKey(), value)));
    return map;
  }

  private static Iterable<String> each(JsonNode value) {
    return value.isArray()
        ? value.values().stream().map(node -> node.asString("")).toList()
        : List.of(value.asString(""));
  }

  private static Body body(JsonNode event) {
    var text = event.path("body").asString("");
    if (!event.path("isBase64Encoded").asBoolean(false)) {
      return new Body(text.getBytes(UTF_8));
    }
    return new Body(Base64.getDecoder().decode(text));
  }
}
