package dev.nodash.middleware;

import dev.nodash.contract.Calls;
import dev.nodash.http.HttpRequest;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The routes, exact to the letter; a trailing slash is served too. Each belongs to one function. */
public enum Route {
  TRACK("track", "POST", "/v1/track", "/track"), IDENTIFY("identify", "POST", "/v1/identify", "/identify"), HEALTH(
      "health", "GET", "/v1/health", "/health"), LIVE("health", "GET", "/v1/health/live", ""), ROOT("health", "GET",
          "/", ""), DOCS("health", "GET", "/api-docs", ""), DOCS_JSON("health", "GET", "/api-docs/json",
              ""), DOCS_YAML("health", "GET", "/api-docs/yaml", "");

  private static final Map<String, Route> BY_PATH = Arrays.stream(values())
      .flatMap(route -> route.paths().map(path -> Map.entry(path, route)))
      .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private final String function;
  private final String method;
  private final String path;
  private final String alias;

  Route(String function, String method, String path, String alias) {
    this.function = function;
    this.method = method;
    this.path = path;
    this.alias = alias;
  }

  /** The route of a path, query excluded; empty for an unknown path. */
  public static Optional<Route> of(String path) {
    return Optional.ofNullable(BY_PATH.get(path));
  }

  /**
   * How many bytes of a request's body its route can use; what comes after them is only counted. A body in a content
   * encoding may be as long as a body may be, since its length says nothing about what it holds.
   */
  public static int usable(String method, String path, boolean encoded) {
    var takesBody = of(path).filter(route -> route.method.equals("POST") && route.method.equals(method)).isPresent();
    return takesBody ? encoded ? HttpRequest.MAX_BODY_BYTES : Calls.MAX_EVENT_BYTES : 0;
  }

  /** The name of the function that answers a path; health answers what no route matches. */
  public static String functionFor(String path) {
    return of(path).orElse(HEALTH).function;
  }

  public String function() {
    return function;
  }

  public String method() {
    return method;
  }

  public String path() {
    return path;
  }

  /** Whether a call to it brings an event. */
  boolean takesEvents() {
    return method.equals("POST");
  }

  boolean allows(String requested) {
    return method.equals(requested) || (method.equals("GET") && requested.equals("HEAD"));
  }

  /** The value of an Allow header. */
  String allowed() {
    return method.equals("GET") ? "GET, HEAD, OPTIONS" : method + ", OPTIONS";
  }

  /** Whether the path is the short one, on which a credential alone may name the tenant. */
  boolean isAlias(String requested) {
    return !alias.isEmpty() && requested.startsWith(alias);
  }

  private Stream<String> paths() {
    return Stream.of(path, alias).filter(p -> !p.isEmpty())
        .flatMap(p -> p.equals("/") ? Stream.of(p) : Stream.of(p, p + "/"));
  }
}
