package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.http.Query;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A servlet request as a value, and a response from one. */
final class Exchanges {

  private Exchanges() {}

  /** The request; one that the engine could not read to its end may lack anything. */
  static HttpRequest request(HttpServletRequest from, Body body) {
    var headers = new HashMap<String, String>();
    for (var names = from.getHeaderNames(); names.hasMoreElements();) {
      var name = names.nextElement();
      for (var values = from.getHeaders(name); values.hasMoreElements();) {
        headers.merge(name.toLowerCase(Locale.ROOT), text(values.nextElement()), (a, b) -> a + "," + b);
      }
    }
    return new HttpRequest(text(from.getMethod()), text(from.getRequestURI()), headers,
        Query.parse(text(from.getQueryString())), body, text(from.getRemoteAddr()), from.isSecure());
  }

  private static String text(@Nullable String value) {
    return Objects.requireNonNullElse(value, "");
  }

  static void write(HttpResponse from, HttpServletResponse to) throws IOException {
    to.setStatus(from.status());
    from.headers().forEach(to::setHeader);
    if (!from.body().isEmpty()) {
      var bytes = from.body().getBytes(UTF_8);
      to.setContentLength(bytes.length);
      to.getOutputStream().write(bytes);
    }
  }
}
