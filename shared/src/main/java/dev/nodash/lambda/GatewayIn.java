package dev.nodash.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.Query;
import dev.nodash.json.JsonTree;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an event of API Gateway: payload format 2.0 (HTTP API, function URL) or 1.0 (REST API). It is total: an event of
 * any other kind becomes a request that no route matches, or that {@link WarmUp} answers.
 */
public final class GatewayIn implements Function<InputStream, HttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayIn.class);
  private static final HttpRequest NO_REQUEST = new HttpRequest("", "", Map.of(), Map.of(), Body.EMPTY, "", true);
  private static final String DEFAULT_STAGE = "$default";

  @Override
  public HttpRequest apply(InputStream event) {
    try {
      var root = JsonTree.read(event);
      if (isWarmUp(root)) {
        return WarmUp.EVENT;
      }
      return text(root, "version").startsWith("2.") ? format2(root) : format1(root);
    } catch (RuntimeException e) {
      LOG.warn("an event is not of API Gateway: {}", e.getClass().getSimpleName());
      return NO_REQUEST;
    }
  }

  /** What says where it comes from and is no request: the event of a schedule or of a warm-up plug-in. */
  private static boolean isWarmUp(Map<?, ?> event) {
    return event.get("source") instanceof String && !event.containsKey("requestContext")
        && !event.containsKey("httpMethod");
  }

  private static HttpRequest format2(Map<?, ?> event) {
    var context = object(event, "requestContext");
    var http = object(context, "http");
    return new HttpRequest(text(http, "method"),
        withoutStage(text(event, "rawPath"), context.get("stage") instanceof String stage ? stage : DEFAULT_STAGE),
        joined(object(event, "headers")), Query.parse(text(event, "rawQueryString")), body(event),
        text(http, "sourceIp"), true);
  }

  private static HttpRequest format1(Map<?, ?> event) {
    var headers = event.get("multiValueHeaders") instanceof Map<?, ?> many ? many : object(event, "headers");
    var query = event.get("multiValueQueryStringParameters") instanceof Map<?, ?> many
        ? many
        : object(event, "queryStringParameters");
    return new HttpRequest(text(event, "httpMethod"), text(event, "path"), joined(headers), first(query), body(event),
        text(object(object(event, "requestContext"), "identity"), "sourceIp"), true);
  }

  /** A named stage stands before the path; the default stage does not. */
  private static String withoutStage(String path, String stage) {
    var prefix = "/" + stage;
    if (stage.equals(DEFAULT_STAGE) || !(path.equals(prefix) || path.startsWith(prefix + "/"))) {
      return path;
    }
    return path.length() == prefix.length() ? "/" : path.substring(prefix.length());
  }

  private static Map<String, String> joined(Map<?, ?> values) {
    var map = new LinkedHashMap<String, String>();
    for (var entry : values.entrySet()) {
      var name = entry.getKey().toString().toLowerCase(Locale.ROOT);
      for (var value : each(entry.getValue())) {
        var before = map.get(name);
        map.put(name, before == null ? value : before + "," + value);
      }
    }
    return map;
  }

  private static Map<String, String> first(Map<?, ?> values) {
    var map = new HashMap<String, String>();
    for (var entry : values.entrySet()) {
      for (var value : each(entry.getValue())) {
        map.putIfAbsent(entry.getKey().toString(), value);
      }
    }
    return map;
  }

  private static List<String> each(Object value) {
    var texts = new ArrayList<String>();
    for (var one : value instanceof List<?> many ? many : List.of(value)) {
      texts.add(one instanceof String text ? text : "");
    }
    return texts;
  }

  private static Body body(Map<?, ?> event) {
    var text = text(event, "body");
    return new Body(Boolean.TRUE.equals(event.get("isBase64Encoded"))
        ? Base64.getDecoder().decode(text)
        : text.getBytes(UTF_8));
  }

  private static Map<?, ?> object(Map<?, ?> in, String name) {
    return in.get(name) instanceof Map<?, ?> object ? object : Map.of();
  }

  private static String text(Map<?, ?> in, String name) {
    return in.get(name) instanceof String text ? text : "";
  }
}
