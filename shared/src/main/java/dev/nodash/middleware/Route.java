package dev.nodash.middleware;

import dev.nodash.contract.Calls;
import dev.nodash.http.HttpRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The routes, exact to the letter; a trailing slash is served too. Each belongs to one function. The first path of a route is
 * its own; the others are what SDKs call it.
 */
public enum Route {
  TRACK("track", "POST", "/v1/track", "/track", "/v1/t"), IDENTIFY("identify", "POST", "/v1/identify", "/identify",
      "/v1/i"), PAGE("page", "POST", "/v1/page", "/page", "/v1/p"), SCREEN("page", "POST", "/v1/screen", "/screen",
          "/v1/s"), GROUP("page", "POST", "/v1/group", "/group", "/v1/g"), ALIAS("page", "POST", "/v1/alias", "/alias",
              "/v1/a"), BATCH("batch", "POST", "/v1/batch", "/batch", "/v1/import", "/import",
                  "/v1/b"), HEALTH("health", "GET", "/v1/health", "/health"), LIVE("health", "GET",
                      "/v1/health/live"), ROOT("health", "GET", "/"), SETTINGS("health", "GET",
                          "/v1/projects/{writeKey}/settings"), DOCS("health", "GET", "/api-docs"), DOCS_JSON("health",
                              "GET", "/api-docs/json"), DOCS_YAML("health", "GET", "/api-docs/yaml");

  private static final Map<String, Route> BY_PATH = Arrays.stream(values())
      .flatMap(route -> route.spellings().map(path -> Map.entry(path, route)))
      .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  /** What stands before and behind the write key. */
  private static final String PROJECTS = "/v1/projects/";
  private static final String SETTINGS_OF = "/settings";

  private final String function;
  private final String method;
  // A list that nobody can change: its type does not say so.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<String> paths;

  Route(String function, String method, String... paths) {
    this.function = function;
    this.method = method;
    this.paths = List.of(paths);
  }

  /** The route of a path, query excluded; empty for an unknown path. */
  public static Optional<Route> of(String path) {
    var exact = Optional.ofNullable(BY_PATH.get(path));
    return exact.isPresent() ? exact : writeKeyIn(path).map(_ -> SETTINGS);
  }

  /** The write key that a path of {@link #SETTINGS} names, as it stands there. */
  static Optional<String> writeKeyIn(String path) {
    var end = path.endsWith("/") ? path.length() - 1 : path.length();
    var isIt = path.startsWith(PROJECTS) && path.startsWith(SETTINGS_OF, end - SETTINGS_OF.length());
    return isIt && end > PROJECTS.length() + SETTINGS_OF.length()
        ? Optional.of(path.substring(PROJECTS.length(), end - SETTINGS_OF.length())).filter(key -> !key.contains("/"))
        : Optional.empty();
  }

  /**
   * How many bytes of a request's body its route can use; what comes after them is only counted. A body in a content
   * encoding may be as long as a body may be, since its length says nothing about what it holds.
   */
  public static int usable(String method, String path, boolean encoded) {
    return of(path).filter(route -> route.takesEvents() && route.method.equals(method))
        .map(route -> encoded || route == BATCH ? route.maxBody() : Calls.MAX_EVENT_BYTES).orElse(0);
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
    return paths.getFirst();
  }

  /** All of its paths, its own first. */
  public List<String> paths() {
    return paths;
  }

  /** Bytes of a body at most, before and after decompression. */
  int maxBody() {
    return this == BATCH ? Calls.MAX_BATCH_BYTES : HttpRequest.MAX_BODY_BYTES;
  }

  /** Whether a call to it brings events. */
  public boolean takesEvents() {
    return method.equals("POST");
  }

  boolean allows(String requested) {
    return method.equals(requested) || (method.equals("GET") && requested.equals("HEAD"));
  }

  /** The value of an Allow header. */
  String allowed() {
    return method.equals("GET") ? "GET, HEAD, OPTIONS" : method + ", OPTIONS";
  }

  /** Whether a credential alone may name the tenant here: everywhere but on the two paths that have always wanted the header. */
  public boolean mayLackTenant(String requested) {
    return !((this == TRACK || this == IDENTIFY) && requested.startsWith(path()));
  }

  private Stream<String> spellings() {
    return paths.stream().flatMap(path -> path.equals("/") ? Stream.of(path) : Stream.of(path, path + "/"));
  }
}
