package dev.nodash.storage.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * Where a PostgreSQL database is, from a URL as its host gives it:
 *
 * <pre>
 * postgresql://user:password@host:5432/database?sslmode=require        also postgres://
 * jdbc:postgresql://host/database?user=…&amp;password=…
 * postgresql://user@first:5432,second:5433/database?target_session_attrs=read-write
 * postgresql://user@[::1]/database?currentSchema=analytics
 * </pre>
 *
 * User, password and database are percent-decoded. Parameters are those of the JDBC driver and, where libpq spells one
 * in another way, libpq's; an unknown one is refused, since a misspelt {@code sslmode} would be no encryption. Timeouts
 * are not taken from here. No message and no text form has the password.
 *
 * @param hosts {@code host:port}, separated by commas, an IPv6 address in brackets
 * @param schema where the tables are, {@value #DEFAULT_SCHEMA} unless the parameter {@code currentSchema} names another
 * @param parameters for the driver
 */
public record PostgresUrl(String hosts, String database, String user, String password, String schema,
    Map<String, String> parameters) {
  static final String DEFAULT_SCHEMA = "nodash";

  private static final Pattern URL = Pattern.compile(
      "(?:jdbc:)?postgres(?:ql)?://(?:(?<credentials>[^/?]*)@)?(?<hosts>[^/?@]*)(?:/(?<database>[^?]*))?(?:\\?(?<query>.*))?",
      Pattern.CASE_INSENSITIVE);
  private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");
  private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
  private static final String DEFAULT_PORT = "5432";
  private static final Map<String, String> LIBPQ = Map.of("application_name", "ApplicationName", "channel_binding",
      "channelBinding", "gssencmode", "gssEncMode", "target_session_attrs", "targetServerType");
  private static final Map<String, String> SESSIONS = Map.of("read-write", "primary", "read-only", "secondary",
      "standby", "secondary", "prefer-standby", "preferSecondary");

  public PostgresUrl {
    parameters = Map.copyOf(parameters);
  }

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException if it is none; the message says what is wrong and quotes no credential
   */
  public static PostgresUrl parse(String text) {
    var url = URL.matcher(text.strip());
    if (!url.matches()) {
      throw fault("is not of that form");
    }
    var credentials = or(url.group("credentials"), "");
    var colon = credentials.indexOf(':');
    var parameters = parameters(or(url.group("query"), ""));
    var inQuery = or(parameters.remove("user"), "");
    var passwordInQuery = or(parameters.remove("password"), "");
    var schema = or(parameters.remove("currentSchema"), DEFAULT_SCHEMA);
    if (!SCHEMA.matcher(schema).matches()) {
      throw fault("currentSchema is one schema, " + SCHEMA);
    }
    var user = or(decode(colon < 0 ? credentials : credentials.substring(0, colon)), inQuery);
    var password = or(decode(colon < 0 ? "" : credentials.substring(colon + 1)), passwordInQuery);
    var database = or(decode(or(url.group("database"), "")), user);
    if (user.isEmpty()) {
      throw fault("the user is missing");
    }
    return new PostgresUrl(hosts(url.group("hosts")), database, user, password, schema, parameters);
  }

  private static String hosts(String text) {
    var hosts = new StringBuilder();
    for (var one : (text.isEmpty() ? "localhost" : text).split(",", -1)) {
      var host = HOST.matcher(one);
      if (!host.matches()) {
        throw fault("a host is not a name or an address, with a port at most");
      }
      var port = Integer.parseInt(or(host.group(2), DEFAULT_PORT));
      if (port < 1 || port > 65_535) {
        throw fault("a port is not 1 to 65535");
      }
      hosts.append(hosts.isEmpty() ? "" : ",").append(host.group(1)).append(':').append(port);
    }
    return hosts.toString();
  }

  private static Map<String, String> parameters(String query) {
    var parameters = new LinkedHashMap<String, String>();
    for (var one : query.split("&", -1)) {
      if (one.isEmpty()) {
        continue;
      }
      var equals = one.indexOf('=');
      if (equals < 1) {
        throw fault("a parameter is not name=value");
      }
      var name = decode(one.substring(0, equals));
      var value = decode(one.substring(equals + 1));
      var known = LIBPQ.getOrDefault(name, name);
      if (PGProperty.forName(known) == null) {
        throw fault("the parameter " + name + " is not known");
      }
      parameters.put(known, name.equals("target_session_attrs") ? SESSIONS.getOrDefault(value, value) : value);
    }
    return parameters;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      // Without its cause, which quotes what may be a password.
      throw fault("a percent sign is not followed by two hexadecimal digits (write it %25)");
    }
  }

  private static IllegalArgumentException fault(String what) {
    return new IllegalArgumentException("not postgresql://user:password@host:5432/database: " + what);
  }

  private static String or(@Nullable String text, String instead) {
    return text == null || text.isEmpty() ? instead : text;
  }

  /** Hosts and database, no credentials. */
  @Override
  public String toString() {
    return "postgresql://" + hosts + "/" + database;
  }
}
