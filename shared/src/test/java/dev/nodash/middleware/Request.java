package dev.nodash.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** A request in the making. */
final class Request {
  private final Line line;
  private final String method;
  private String path;
  private final Map<String, String> headers = new HashMap<>();
  private final Map<String, String> query = new HashMap<>();
  private byte[] body = new byte[0];
  private String peer = "192.0.2.1";
  private boolean secure;

  Request(Line line, String method, String path) {
    this.line = line;
    this.method = method;
    this.path = path;
  }

  Request path(String other) {
    path = other;
    return this;
  }

  Request header(String lowerCaseName, String value) {
    headers.put(lowerCaseName, value);
    return this;
  }

  Request without(String lowerCaseName) {
    headers.remove(lowerCaseName);
    return this;
  }

  /** Takes the API key away. */
  Request anonymous() {
    return without("x-api-key");
  }

  Request tenant(String id) {
    return header("x-tenant-id", id);
  }

  Request key(String key) {
    return header("x-api-key", key);
  }

  Request bearer(String token) {
    return header("authorization", "Bearer " + token);
  }

  Request basic(String userName) {
    return header("authorization", "Basic " + Base64.getEncoder().encodeToString((userName + ":").getBytes(UTF_8)));
  }

  Request query(String name, String value) {
    query.put(name, value);
    return this;
  }

  Request body(String text) {
    return body(text.getBytes(UTF_8));
  }

  Request body(byte[] bytes) {
    body = bytes;
    return this;
  }

  Request peer(String address) {
    peer = address;
    return this;
  }

  Request secure() {
    secure = true;
    return this;
  }

  Reply send() {
    var function = line.function(Route.functionFor(path));
    return new Reply(function.apply(new HttpRequest(method, path, headers, query, new Body(body), peer, secure)));
  }
}
