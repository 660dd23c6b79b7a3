package dev.nodash.storage.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where ClickHouse's HTTP interface is, in any of the forms that its tools write:
 *
 * <pre>
 * clickhouse://user:password@host:8123/database
 * http://…  https://…  jdbc:clickhouse://…  jdbc:clickhouse:https://…  jdbc:ch://…
 * </pre>
 *
 * <p>User and password are percent-encoded. {@code ?user=}, {@code password=}, {@code database=} and {@code ssl=true} are
 * read too; other parameters are refused rather than passed over. Without a port it is 8123, with TLS 8443; without a
 * user it is {@code default}, as is the database.
 *
 * @param secure whether the connection is TLS, checked against the JVM's trust store
 */
public record ClickHouseUrl(boolean secure, String host, int port, String user, String password, String database) {
  private static final int PORT = 8123;
  private static final int SECURE_PORT = 8443;
  private static final Set<Integer> NATIVE_PORTS = Set.of(9000, 9440);
  private static final Set<String> PARAMETERS = Set.of("user", "password", "database", "ssl");

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException if it is none; the message holds nothing of it but a port or a parameter's name
   */
  public static ClickHouseUrl parse(String text) {
    var uri = uri(withoutJdbc(text));
    var parameters = parameters(uri.getRawQuery());
    var secure = secure(uri.getScheme(), parameters.get("ssl"));
    var port = uri.getPort() != -1 ? uri.getPort() : secure ? SECURE_PORT : PORT;
    if (NATIVE_PORTS.contains(port)) {
      throw new IllegalArgumentException(
          "port " + port + " speaks ClickHouse's native protocol; the port of its HTTP interface is needed, often "
              + (secure ? SECURE_PORT : PORT));
    }
    if (port < 1 || port > 65_535) {
      throw invalid();
    }
    var credentials = uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
    var path = uri.getRawPath() == null ? "" : decode(uri.getRawPath()).replaceFirst("^/", "");
    return new ClickHouseUrl(secure, uri.getHost(), port,
        parameters.getOrDefault("user", credentials.length > 0 ? percentDecode(credentials[0]) : "default"),
        parameters.getOrDefault("password", credentials.length > 1 ? percentDecode(credentials[1]) : ""),
        parameters.getOrDefault("database", path.isEmpty() ? "default" : path));
  }

  /** The address of the HTTP interface, without credentials. */
  String address() {
    return (secure ? "https://" : "http://") + host + ":" + port;
  }

  /** The server and the database, without credentials. */
  @Override
  public String toString() {
    return address() + "/" + database;
  }

  private static String withoutJdbc(String text) {
    for (var prefix : new String[]{"jdbc:clickhouse:", "jdbc:ch:"}) {
      if (text.startsWith(prefix)) {
        var rest = text.substring(prefix.length());
        return rest.startsWith("//") ? "clickhouse:" + rest : rest;
      }
    }
    return text;
  }

  /** The parser's exception is not kept: it quotes the password. */
  private static URI uri(String text) {
    try {
      var uri = new URI(text);
      if (uri.getHost() != null && uri.getScheme() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw invalid();
    }
    throw invalid();
  }

  private static boolean secure(String scheme, @Nullable String ssl) {
    return switch (scheme) {
      case "https" -> true;
      case "http", "clickhouse", "ch" -> ssl != null && Boolean.parseBoolean(ssl);
      default -> throw invalid();
    };
  }

  private static Map<String, String> parameters(@Nullable String query) {
    var parameters = new HashMap<String, String>();
    for (var pair : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
      var parts = pair.split("=", 2);
      if (!PARAMETERS.contains(parts[0]) || parts.length < 2) {
        throw new IllegalArgumentException("parameter " + parts[0] + " is not known here; known are database, password,"
            + " ssl=true and user");
      }
      parameters.put(parts[0], decode(parts[1]));
    }
    return parameters;
  }

  private static String decode(String encoded) {
    return URLDecoder.decode(encoded, UTF_8);
  }

  /** A plus sign before the host is a plus sign. */
  private static String percentDecode(String encoded) {
    return decode(encoded.replace("+", "%2B"));
  }

  private static IllegalArgumentException invalid() {
    return new IllegalArgumentException("must be clickhouse://, http://, https:// or jdbc:clickhouse:// with"
        + " [user:password@]host[:8123][/database]; user and password are percent-encoded");
  }
}
