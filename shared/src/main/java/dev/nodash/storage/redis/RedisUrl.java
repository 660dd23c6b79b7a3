package dev.nodash.storage.redis;

import io.lettuce.core.RedisURI;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/**
 * Where a Redis is:
 *
 * <pre>
 * redis://[[user]:password@]host[:6379][/database]
 * rediss://[[user]:password@]host[:6379][/database][?verifyPeer=FULL|CA|NONE]
 * </pre>
 *
 * <p>{@code rediss} is TLS and checks the certificate and the host's name against the JVM's trust store; {@code CA} checks
 * the certificate only, {@code NONE} nothing. User and password are percent-encoded; what stands alone before the
 * {@code @} is a password. The driver's other parameters are read as it defines them, except for its timeout, which is
 * the caller's to set. Sentinels and sockets have no such URL.
 *
 * @param value the URL as it was set, with its password
 */
public record RedisUrl(String value) {
  private static final Set<String> SCHEMES = Set.of("redis", "rediss");

  /**
   * Checks the URL.
   *
   * @throws IllegalArgumentException if it is not one; the message does not hold it
   */
  public RedisUrl {
    driverUri(value);
  }

  /** The URL as the driver has it. */
  RedisURI driverUri() {
    return driverUri(value);
  }

  private static RedisURI driverUri(String value) {
    var uri = parse(value);
    if (uri.getScheme() == null || !SCHEMES.contains(uri.getScheme()) || uri.getHost() == null || uri.getPort() == 0
        || uri.getPort() > 65_535) {
      throw invalid();
    }
    try {
      return RedisURI.create(uri);
    } catch (RuntimeException e) {
      throw invalid();
    }
  }

  /** The parser's exception is not kept: it quotes the password. */
  private static URI parse(String value) {
    try {
      return new URI(value);
    } catch (URISyntaxException e) {
      throw invalid();
    }
  }

  private static IllegalArgumentException invalid() {
    return new IllegalArgumentException("must be redis:// or rediss:// with [[user]:password@]host[:port][/database],"
        + " percent-encoded; a host's name has letters, digits, '-' and '.' only");
  }

  /** The server alone, for messages. */
  String server() {
    var uri = driverUri();
    return uri.getHost() + ":" + uri.getPort();
  }

  /** The URL without its user, password and parameters. */
  @Override
  public String toString() {
    var uri = driverUri();
    return (uri.isSsl() ? "rediss://" : "redis://") + "***@" + server() + "/" + uri.getDatabase();
  }
}
