package dev.nodash.runner;

import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.Query;
import dev.nodash.middleware.Route;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** A request's head: what HTTP/1.1 (RFC 9110, RFC 9112) asks of it beyond what Netty's decoder checks, and its parts. */
final class Head {
  /** Of a request's line and of all headers together. */
  static final int MAX_BYTES = 16 << 10;

  private static final int MAX_HEADERS = 100;
  private static final Pattern HOST = Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\\[[0-9A-Fa-f:.]+])(?::\\d*)?");
  /** What a target that begins with its path is short for; two slashes at its start would be read as a host. */
  private static final String ORIGIN = "http://host";
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final Pattern HIDDEN = Pattern.compile("%(?:00|2[fF]|5[cC])");

  /** The last one that was valid, since most requests name the same. */
  private static volatile String lastHost = "";

  private final io.netty.handler.codec.http.HttpRequest netty;
  private final OptionalInt refusal;
  private String path;
  private String query;

  Head(io.netty.handler.codec.http.HttpRequest netty) {
    this.netty = netty;
    int end = netty.uri().indexOf('?');
    this.path = end < 0 ? netty.uri() : netty.uri().substring(0, end);
    this.query = end < 0 ? "" : netty.uri().substring(end + 1);
    this.refusal = findRefusal();
  }

  /** The status of an answer that need not wait for the body: it is no HTTP/1.1, or more of it than is taken. */
  OptionalInt refusal() {
    return refusal;
  }

  /** Whether the client may send another request over the connection. */
  boolean keepsAlive() {
    return refusal.isEmpty() && HttpUtil.isKeepAlive(netty);
  }

  HttpVersion version() {
    return netty.protocolVersion();
  }

  boolean asksForHeadOnly() {
    return netty.method().equals(HttpMethod.HEAD);
  }

  /** Whether the client waits to be told to send the body. */
  boolean waitsToContinue() {
    return HttpUtil.is100ContinueExpected(netty);
  }

  /** Bytes of the body as announced; none of one in chunks, whose length nobody knows. */
  long length() {
    return HttpUtil.getContentLength(netty, 0L);
  }

  /** The same, and of one in chunks as many as there may be. */
  long expected() {
    return HttpUtil.isTransferEncodingChunked(netty) ? Long.MAX_VALUE : length();
  }

  /** How many bytes of a body the route can use. */
  int usable() {
    return Route.usable(netty.method().name(), path, netty.headers().contains(HttpHeaderNames.CONTENT_ENCODING));
  }

  /** The name of the function that answers. */
  String function() {
    return Route.functionFor(path);
  }

  HttpRequest with(Body body, String peer, boolean secure) {
    var headers = new HashMap<String, String>();
    for (var all = netty.headers().iteratorCharSequence(); all.hasNext();) {
      var header = all.next();
      headers.merge(header.getKey().toString().toLowerCase(Locale.ROOT), header.getValue().toString(),
          (a, b) -> a + "," + b);
    }
    return new HttpRequest(netty.method().name(), path, headers, Query.parse(query), body, peer, secure);
  }

  private OptionalInt findRefusal() {
    if (netty.decoderResult().isFailure()) {
      return OptionalInt.of(netty.decoderResult().cause() instanceof TooLongFrameException ? 431 : 400);
    }
    if (netty.headers().size() > MAX_HEADERS) {
      return OptionalInt.of(431);
    }
    if (!isHttp1() || !hasHost() || !hasKnownTransferEncoding() || !hasTarget()) {
      return OptionalInt.of(400);
    }
    return hasKnownExpectation() ? OptionalInt.empty() : OptionalInt.of(417);
  }

  private boolean isHttp1() {
    return version().equals(HttpVersion.HTTP_1_1) || version().equals(HttpVersion.HTTP_1_0);
  }

  private boolean hasHost() {
    var hosts = netty.headers().getAll(HttpHeaderNames.HOST);
    return hosts.isEmpty()
        ? version().equals(HttpVersion.HTTP_1_0)
        : hosts.size() == 1 && isHost(hosts.getFirst());
  }

  private static boolean isHost(String host) {
    if (host.equals(lastHost)) {
      return true;
    }
    if (!HOST.matcher(host).matches()) {
      return false;
    }
    lastHost = host;
    return true;
  }

  /** Chunks alone; another encoding, or more than one, hides where the body ends. */
  private boolean hasKnownTransferEncoding() {
    var encodings = netty.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    return encodings.isEmpty()
        || (encodings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encodings.getFirst()));
  }

  private boolean hasKnownExpectation() {
    return !netty.headers().contains(HttpHeaderNames.EXPECT) || netty.headers().getAll(HttpHeaderNames.EXPECT).stream()
        .allMatch(HttpHeaderValues.CONTINUE::contentEqualsIgnoreCase);
  }

  private boolean hasTarget() {
    return (Route.of(path).isPresent() && query.isEmpty()) || target().map(this::isOurs).orElse(false);
  }

  private Optional<URI> target() {
    try {
      return Optional.of(new URI(netty.uri().startsWith("/") ? ORIGIN + netty.uri() : netty.uri()));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Takes path and query out of the target, which may name our host too; what a file system could misread is refused. */
  private boolean isOurs(URI target) {
    path = Optional.ofNullable(target.getRawPath()).orElse("");
    query = Optional.ofNullable(target.getRawQuery()).orElse("");
    var ofHost = netty.uri().startsWith("/")
        || (Optional.ofNullable(target.getScheme()).filter(SCHEMES::contains).isPresent()
            && Optional.ofNullable(target.getRawAuthority()).equals(host()));
    return ofHost && path.startsWith("/") && target.getRawFragment() == null
        && netty.uri().chars().allMatch(c -> c > ' ' && c < 0x7f)
        && !HIDDEN.matcher(path).find() && target.getPath().indexOf('\ufffd') < 0
        && !target.normalize().getPath().startsWith("/..");
  }

  private Optional<String> host() {
    return Optional.ofNullable(netty.headers().get(HttpHeaderNames.HOST));
  }
}
