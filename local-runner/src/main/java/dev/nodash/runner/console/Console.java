package dev.nodash.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.config.Deployment;
import dev.nodash.config.Settings;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.http.SecurityHeaders;
import dev.nodash.json.JsonBuilder;
import dev.nodash.middleware.Functions;
import dev.nodash.middleware.Observer;
import dev.nodash.middleware.Route;
import dev.nodash.middleware.Tally.Outcome;
import dev.nodash.model.Sha256;
import dev.nodash.runner.console.RecentCalls.Call;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The page that shows a developer what the runner receives: at {@code /} for whoever asks for HTML, and what it consists of
 * below {@code /console/}.
 *
 * <p>With a key it is behind Basic authentication (RFC 7617), under any user name. Without one it answers only where it is
 * called by an address or as localhost: a name that somebody else gave to this address could be one of his own web site's,
 * whose scripts may read what comes from it.
 */
public final class Console implements Observer {
  private static final String STREAM = "/console/stream";
  private static final Map<String, String> FILES = Map.of("/", "index.html", "/console/script.js", "script.js",
      "/console/style.css", "style.css");
  private static final Map<String, String> TYPES = Map.of("html", "text/html;charset=utf-8", "js",
      "text/javascript;charset=utf-8", "css", "text/css;charset=utf-8");
  private static final String TEXT = "text/plain;charset=utf-8";
  /** What the page may use, and nothing else. */
  private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
      + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  private static final Pattern OUR_OWN_NAME = Pattern
      .compile("(?:localhost|\\d{1,3}(?:\\.\\d{1,3}){3}|\\[[0-9A-Fa-f:.]+])(?::\\d+)?");
  private static final int MOST_FOLLOWERS = 16;
  private static final int MAX_REASON = 300;

  private final Settings settings;
  private final Clock clock;
  private final Optional<byte[]> keyDigest;
  private final RecentCalls calls = new RecentCalls();
  private final Rates rates = new Rates();
  private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Functions functions;

  /** What a request to the console comes to. */
  public sealed interface Answer {
    /** It is none; the functions answer. */
    record Elsewhere() implements Answer {}

    /** This. */
    record Whole(HttpResponse response) implements Answer {}

    /** This head, and what happens from now on: {@link #follow}. */
    record Endless(HttpResponse head) implements Answer {}
  }

  /** Shows nothing before {@link #watch}. */
  public Console(Settings settings, Settings.Console console, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.keyDigest = console.key().map(Sha256::of);
  }

  /** Begins to count what these functions receive. */
  @Override
  public void watch(Functions watched) {
    functions = watched;
  }

  @Override
  public void answered(Answered answered) {
    var details = answered.details();
    var tenant = answered.tenant().map(it -> it.id().value()).orElse("");
    var route = answered.route().map(Route::path).orElse("");
    var reason = details.reason().map(it -> it.length() > MAX_REASON ? it.substring(0, MAX_REASON) + "…" : it);
    var user = settings.environment() == Settings.Environment.DEVELOPMENT ? details.user() : Optional.<String>empty();
    answered.outcomes().forEach((outcome, count) -> calls.add(number -> new Call(number, details.at(), tenant, route,
        details.event(), user, outcome, answered.status(), reason.or(() -> number(count)), details.requestId())));
  }

  /** Of how many events of a batch a row tells. */
  private static Optional<String> number(int count) {
    return count > 1 ? Optional.of(count + " events") : Optional.empty();
  }

  /** What a request comes to. */
  public Answer answer(HttpRequest request) {
    if (!isOurs(request)) {
      return new Answer.Elsewhere();
    }
    if (settings.environment() == Settings.Environment.PRODUCTION
        && settings.server().clientAddress().isPlain(request)) {
      return plain(request, 403, "The console wants https.\n", Map.of());
    }
    if (keyDigest.isEmpty() && !OUR_OWN_NAME.matcher(request.header("host").orElse("")).matches()) {
      return plain(request, 403, "Without CONSOLE_KEY the console answers to localhost and to addresses only.\n",
          Map.of());
    }
    if (keyDigest.isPresent() && !hasKey(request, keyDigest.get())) {
      return plain(request, 401, "The console wants CONSOLE_KEY as the password, with any user name.\n",
          Map.of("WWW-Authenticate", "Basic realm=\"Nodash console\", charset=\"UTF-8\""));
    }
    if (!request.path().equals(STREAM)) {
      return file(request, Objects.requireNonNull(FILES.get(request.path())));
    }
    return followers.size() < MOST_FOLLOWERS
        ? new Answer.Endless(response(request, 200, "text/event-stream", "", Map.of("X-Accel-Buffering", "no")))
        : plain(request, 503, MOST_FOLLOWERS + " browsers follow already.\n", Map.of("Retry-After", "10"));
  }

  private static boolean isOurs(HttpRequest request) {
    var forPeople = !request.path().equals("/") || request.header("accept").filter(it -> it.contains("text/html"))
        .isPresent();
    return request.method().equals("GET") && forPeople
        && (FILES.containsKey(request.path()) || request.path().equals(STREAM));
  }

  private static boolean hasKey(HttpRequest request, byte[] digest) {
    return request.header("authorization").filter(it -> it.regionMatches(true, 0, "Basic ", 0, 6))
        .flatMap(it -> decoded(it.substring(6).strip())).map(it -> it.substring(it.indexOf(':') + 1))
        .filter(it -> MessageDigest.isEqual(Sha256.of(it), digest)).isPresent();
  }

  private static Optional<String> decoded(String base64) {
    try {
      return Optional.of(new String(Base64.getDecoder().decode(base64), UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Answer file(HttpRequest request, String name) {
    try (var in = Objects.requireNonNull(Console.class.getResourceAsStream(name))) {
      var type = Objects.requireNonNull(TYPES.get(name.substring(name.indexOf('.') + 1)));
      return new Answer.Whole(response(request, 200, type, new String(in.readAllBytes(), UTF_8),
          Map.of("Content-Security-Policy", POLICY, "Vary", "Accept")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer plain(HttpRequest request, int status, String words, Map<String, String> more) {
    return new Answer.Whole(response(request, status, TEXT, words, more));
  }

  private HttpResponse response(HttpRequest request, int status, String type, String body, Map<String, String> more) {
    var headers = new LinkedHashMap<String, String>();
    SecurityHeaders.decorate(settings.server().clientAddress().isSecure(request), headers);
    headers.put("Content-Type", type);
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put("x-request-id", UUID.randomUUID().toString());
    headers.putAll(more);
    return new HttpResponse(status, headers, body);
  }

  /**
   * Tells a browser what happens until it leaves.
   *
   * @param connection the context of the handler in whose place the browser is followed
   */
  public void follow(ChannelHandlerContext connection, HttpResponse head) {
    var service = Deployment.service();
    var about = new JsonBuilder().add("name", service.name()).add("version", service.version())
        .add("apiKeyHeader", settings.access().apiKeyHeader())
        .add("environment", settings.environment().name().toLowerCase(Locale.ROOT))
        .add("demo", settings.environment().isForTrying())
        .add("outcomes", JsonBuilder.array(Arrays.stream(Outcome.values()).map(it -> '"' + it.label() + '"'))).end();
    var follower = Follower.begin(connection, head, about);
    followers.add(follower);
    connection.channel().closeFuture().addListener(_ -> followers.remove(follower));
  }

  /** Counts, and tells those who follow; to be called several times a second, by one thread at a time. */
  public void tick() {
    var watched = functions;
    if (watched != null) {
      rates.take(clock.instant().getEpochSecond(), watched.tally());
      followers.forEach(it -> it.tell(calls, rates));
    }
  }
}
