package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.http.Body;
import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import dev.nodash.http.Query;
import dev.nodash.middleware.Route;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.cloud.function.context.FunctionCatalog;

/** The runner's whole edge: a request to a value, the function of its route, a value to a response. */
final class FunctionServlet extends HttpServlet {
  private final transient Map<String, Function<HttpRequest, HttpResponse>> functions;

  FunctionServlet(FunctionCatalog catalog) {
    this.functions = Stream.of(Route.values()).map(Route::function).distinct()
        .collect(Collectors.toUnmodifiableMap(Function.identity(), name -> lookup(catalog, name)));
  }

  private static Function<HttpRequest, HttpResponse> lookup(FunctionCatalog catalog, String name) {
    return Optional.<Function<HttpRequest, HttpResponse>>ofNullable(catalog.lookup(Function.class, name)).orElseThrow();
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
    var function = Optional.ofNullable(functions.get(Route.functionFor(request.getRequestURI()))).orElseThrow();
    write(function.apply(read(request)), response);
  }

  private static HttpRequest read(HttpServletRequest request) throws IOException {
    var headers = new HashMap<String, String>();
    for (var names = request.getHeaderNames(); names.hasMoreElements();) {
      var name = names.nextElement();
      for (var values = request.getHeaders(name); values.hasMoreElements();) {
        headers.merge(name.toLowerCase(Locale.ROOT), values.nextElement(), (a, b) -> a + "," + b);
      }
    }
    return new HttpRequest(request.getMethod(), request.getRequestURI(), headers,
        Query.parse(Objects.requireNonNullElse(request.getQueryString(), "")),
        Body.read(request.getInputStream()), request.getRemoteAddr(), request.isSecure());
  }

  private static void write(HttpResponse from, HttpServletResponse to) throws IOException {
    to.setStatus(from.status());
    from.headers().forEach(to::setHeader);
    if (!from.body().isEmpty()) {
      var bytes = from.body().getBytes(UTF_8);
      to.setContentLength(bytes.length);
      to.getOutputStream().write(bytes);
    }
  }
}
