package dev.nodash.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Finds out which client a request came from, believing only what the deployment says can be believed, and cuts an IPv6
 * address to its /64, the smallest block one subscriber has (RFC 6177).
 *
 * @param source where the address stands
 * @param trustedProxies how many hops before this process append to X-Forwarded-For; entries left of theirs are the
 *        client's own words. The outermost writes X-Forwarded-Proto or appends to it
 */
public record ClientAddress(Source source, int trustedProxies) {

  /** The settings of {@code CLIENT_ADDRESS}. */
  public enum Source {
    SOCKET, FORWARDED, FLY
  }

  private static final int IPV6_PREFIX_BYTES = 8;

  /** The client's address in canonical form; the peer's where the believed header has none. */
  public String of(HttpRequest request) {
    var claimed = switch (source) {
      case SOCKET -> Optional.<String>empty();
      case FORWARDED -> forwarded(request);
      case FLY -> request.header("fly-client-ip");
    };
    return claimed.flatMap(ClientAddress::canonical).or(() -> canonical(request.peer())).orElse(request.peer());
  }

  /** Whether the client's own connection was TLS, as far as we can know. */
  public boolean isSecure(HttpRequest request) {
    return request.secure() || proxied(request).filter("https"::equalsIgnoreCase).isPresent();
  }

  /** Whether a proxy that we believe says that the client's own connection was not TLS. */
  public boolean isPlain(HttpRequest request) {
    return proxied(request).filter("http"::equalsIgnoreCase).isPresent();
  }

  /** The client's protocol, by a proxy's word: some write the header anew, others append to it. */
  private Optional<String> proxied(HttpRequest request) {
    var proxies = source == Source.FLY ? 1 : trustedProxies;
    if (source == Source.SOCKET || proxies == 0) {
      return Optional.empty();
    }
    // With fewer protocols than proxies one of them wrote the header anew, so that none is the client's.
    return request.header("x-forwarded-proto").map(header -> header.split(",", -1))
        .map(hops -> hops[Math.max(0, hops.length - proxies)].strip());
  }

  private Optional<String> forwarded(HttpRequest request) {
    if (trustedProxies == 0) {
      return Optional.empty();
    }
    // With fewer hops than there are proxies the request came round one of them, and every entry is the client's own.
    return request.header("x-forwarded-for").map(header -> header.split(",", -1))
        .filter(hops -> hops.length >= trustedProxies).map(hops -> hops[hops.length - trustedProxies].strip());
  }

  private static Optional<String> canonical(String address) {
    try {
      var ip = InetAddress.ofLiteral(withoutPort(address));
      if (!(ip instanceof Inet6Address)) {
        return Optional.of(ip.getHostAddress());
      }
      var prefix = ip.getAddress();
      for (int i = IPV6_PREFIX_BYTES; i < prefix.length; i++) {
        prefix[i] = 0;
      }
      return Optional.of(InetAddress.getByAddress(prefix).getHostAddress() + "/64");
    } catch (IllegalArgumentException | java.net.UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Some proxies write {@code 192.0.2.1:4711} or {@code [2001:db8::1]:4711}. */
  private static String withoutPort(String address) {
    if (address.startsWith("[")) {
      int end = address.indexOf(']');
      return end < 0 ? address : address.substring(1, end);
    }
    int colon = address.indexOf(':');
    return colon >= 0 && colon == address.lastIndexOf(':') ? address.substring(0, colon) : address;
  }
}
