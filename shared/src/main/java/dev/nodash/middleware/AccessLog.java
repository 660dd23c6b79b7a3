package dev.nodash.middleware;

import dev.nodash.model.Sha256;
import dev.nodash.storage.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One line a request, with ECS field names; never a credential or a body. The user is shown as it is in development and
 * as the first 16 hexadecimal digits of its SHA-256 elsewhere.
 */
final class AccessLog {
  private static final Logger LOG = LoggerFactory.getLogger("dev.nodash.access");
  private static final int HASH_DIGITS = 16;
  private static final int MAX_PATH = 80;

  private final boolean showUsers;

  AccessLog(boolean showUsers) {
    this.showUsers = showUsers;
  }

  void log(Exchange exchange, int status, long nanos, @Nullable Throwable fault) {
    var level = status >= 500 ? Level.WARN : Level.INFO;
    if (!LOG.isEnabledForLevel(level)) {
      return;
    }
    var path = exchange.route().map(Route::path).orElseGet(() -> printable(exchange.request().path()));
    var method = printable(exchange.request().method());
    var tenant = exchange.tenant().map(Object::toString).orElse("-");
    var user = exchange.user().map(this::shown).orElse("-");
    var line = LOG.atLevel(level).addKeyValue("http.request.id", exchange.requestId())
        .addKeyValue("http.request.method", method).addKeyValue("url.path", path)
        .addKeyValue("http.response.status_code", status).addKeyValue("event.duration", nanos)
        .addKeyValue("tenant.id", tenant).addKeyValue("user.id", user);
    // An engine's own words about what it refused may quote an event; a store's message does not.
    var known = fault instanceof StoreException;
    if (fault != null) {
      line = known ? line.addKeyValue("error.message", fault.getMessage()) : line.setCause(fault);
    }
    line.log("{} {} {} {} ms tenant={} user={} request={}{}", method, path, status, nanos / 1_000_000, tenant, user,
        exchange.requestId(), fault != null && known ? " fault=" + fault.getMessage() : "");
  }

  private String shown(String user) {
    return showUsers ? printable(user) : Sha256.hex(user).substring(0, HASH_DIGITS);
  }

  /** The text as it may stand in a log: short, and nothing in it can begin a new line or colour a terminal. */
  private static String printable(String text) {
    var cut = text.length() > MAX_PATH ? text.substring(0, MAX_PATH) + "…" : text;
    return cut.codePoints().map(c -> isPrintable(c) ? c : '?')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
      default -> true;
    };
  }
}
