package dev.nodash.middleware;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;

/** Where the key of a token comes from. */
public sealed interface TokenKeys permits TokenKey, TokenKeys.Published {

  /**
   * What an issuer publishes as a set of keys (RFC 7517).
   *
   * @param awaited whether a call waits for the issuer's answer; else it is refused for a second, and nothing waits
   */
  record Published(URI url, boolean awaited) implements TokenKeys {

    /**
     * The set behind an address.
     *
     * @throws IllegalArgumentException unless it is one of https, or of this machine; the message says so in words
     */
    public static Published at(String url, boolean awaited) {
      try {
        var uri = new URI(url);
        if (uri.getHost() != null && uri.getUserInfo() == null
            && ("https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && isLoopback(uri.getHost())))) {
          return new Published(uri, awaited);
        }
      } catch (URISyntaxException e) {
        // Told below.
      }
      throw new IllegalArgumentException("must be an address of https, without a user");
    }

    private static boolean isLoopback(String host) {
      try {
        return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
  }
}
