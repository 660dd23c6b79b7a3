package dev.nodash.storage.bigquery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.oauth2.GoogleCredentials;
import dev.nodash.json.JsonFault;
import dev.nodash.json.JsonTree;
import dev.nodash.model.JsonText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Makes single calls of BigQuery's REST interface, version 2, with Google's credentials and HTTP client. */
final class Client {
  private static final URI SERVICE = URI.create("https://bigquery.googleapis.com");
  private static final String SCOPE = "https://www.googleapis.com/auth/bigquery";
  private static final String PATCH = "PATCH";
  private static final String JSON = "application/json; charset=UTF-8";

  private final URI tables;
  private final GoogleCredentials credentials;
  private final HttpRequestFactory requests = new NetHttpTransport().createRequestFactory();
  private final Duration connect;
  private final Duration answer;
  private final Duration token;

  /**
   * A client for the tables of a dataset; it connects with its first call.
   *
   * @param address where to call instead of Google's endpoint
   * @param connect how long a connection may take
   * @param answer how long an answer may take
   * @param token how long a new token may take
   */
  Client(GoogleCredentials credentials, Optional<URI> address, String project, String dataset, Duration connect,
      Duration answer, Duration token) {
    this.tables = address.orElse(SERVICE)
        .resolve("/bigquery/v2/projects/" + project + "/datasets/" + dataset + "/tables");
    this.credentials = credentials.createScoped(SCOPE);
    this.connect = connect;
    this.answer = answer;
    this.token = token;
  }

  /**
   * Gets the first token, for which everything that it takes is loaded.
   *
   * @throws Fault if there is none within the time
   */
  void authorize(Duration most) throws Fault {
    inTime("the first token", most, () -> credentials.getRequestMetadata(tables));
  }

  Map<String, Object> get(String path) throws Fault {
    return call("GET", path, null);
  }

  Map<String, Object> post(String path, JsonText body) throws Fault {
    return call("POST", path, body);
  }

  Map<String, Object> patch(String path, JsonText body) throws Fault {
    return call(PATCH, path, body);
  }

  /** The answer to one try of one call; where its token was not accepted there is a new one, with which a look is tried again. */
  private Map<String, Object> call(String method, String path, @Nullable JsonText body) throws Fault {
    try {
      return send(method, path, body);
    } catch (Fault e) {
      if (e.isOfToken()) {
        inTime("a new token", token, () -> {
          credentials.refresh();
          return credentials;
        });
        if (body == null) {
          return send(method, path, null);
        }
      }
      throw e;
    }
  }

  private Map<String, Object> send(String method, String path, @Nullable JsonText body) throws Fault {
    var what = method + " " + tables.getPath() + path;
    var authorization = inTime("a token", token, () -> credentials.getRequestMetadata(tables));
    try {
      // The JDK's transport knows no PATCH; Google takes its name in this header.
      var request = requests.buildRequest(method.equals(PATCH) ? "POST" : method, new GenericUrl(tables + path),
          content(body));
      if (method.equals(PATCH)) {
        request.getHeaders().set("X-HTTP-Method-Override", PATCH);
      }
      authorization.forEach((name, values) -> request.getHeaders().put(name, values));
      return answer(what, bounded(request).execute());
    } catch (ConnectException | NoRouteToHostException | UnknownHostException e) {
      throw Fault.unsent(what, tables.getAuthority() + " cannot be reached", e);
    } catch (SocketTimeoutException e) {
      throw Fault.unanswered(what, false, e);
    } catch (IOException e) {
      throw Fault.unanswered(what, true, e);
    }
  }

  private static @Nullable HttpContent content(@Nullable JsonText body) {
    return body == null ? null : new ByteArrayContent(JSON, body.value().getBytes(UTF_8));
  }

  /** Tries are counted elsewhere. */
  private HttpRequest bounded(HttpRequest request) {
    return request.setConnectTimeout((int) connect.toMillis()).setReadTimeout((int) answer.toMillis())
        .setNumberOfRetries(0).setThrowExceptionOnExecuteError(false).setFollowRedirects(false)
        .setLoggingEnabled(false).setCurlLoggingEnabled(false);
  }

  private static Map<String, Object> answer(String what, HttpResponse response) throws Fault, IOException {
    try (var body = response.getContent()) {
      var answer = body == null ? new byte[0] : body.readAllBytes();
      if (response.isSuccessStatusCode()) {
        return JsonTree.read(new ByteArrayInputStream(answer));
      }
      throw Fault.answered(what, response.getStatusCode(), reason(answer));
    } catch (JsonFault e) {
      throw Fault.unanswered(what, false, e);
    }
  }

  /** The reason that an error names; its other words may quote values. */
  private static String reason(byte[] answer) {
    try {
      var root = JsonTree.read(new ByteArrayInputStream(answer));
      return root.get("error") instanceof Map<?, ?> error && error.get("errors") instanceof List<?> errors
          && !errors.isEmpty() && errors.getFirst() instanceof Map<?, ?> first
          && first.get("reason") instanceof String r
              ? r
              : "without a reason";
    } catch (JsonFault e) {
      return "without a reason";
    }
  }

  /** The library asks for tokens with times of its own, which are longer than a request has. */
  private static <T> T inTime(String what, Duration most, Callable<T> call) throws Fault {
    var task = new FutureTask<>(call);
    Thread.startVirtualThread(task);
    try {
      return task.get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw Fault.unsent(what, "Google's credentials give none, " + e.getMessage(), e);
    } catch (TimeoutException e) {
      throw Fault.unsent(what, "none came within " + most, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Fault.unsent(what, "interrupted", e);
    }
  }

  @Override
  public String toString() {
    return tables.toString();
  }
}
