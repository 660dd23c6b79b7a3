package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SDKs that were not changed do with the answers that Nodash gives, beside the table of the clients' README. */
class SdkAnswersIT {
  private static final List<Integer> STATUSES = List.of(400, 401, 413, 429, 503);
  private static final int RETRY_AFTER_SECONDS = 3;
  private static final long PATIENCE_SECONDS = 180;

  @TempDir
  private static Path packages;

  /** Answers the first request of an SDK with a status, and the others with 200, and notes when they came. */
  private static final class Stub implements AutoCloseable {
    private final HttpServer server;
    private final int status;
    private final List<Long> times = Collections.synchronizedList(new ArrayList<>());

    Stub(int status) throws IOException {
      this.status = status;
      this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::answer);
      server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
      exchange.getRequestBody().readAllBytes();
      var headers = exchange.getResponseHeaders();
      headers.set("Access-Control-Allow-Origin", "*");
      headers.set("Access-Control-Allow-Headers", "authorization, content-type, x-retry-count");
      headers.set("Access-Control-Expose-Headers", "retry-after");
      int answer = 200;
      if (exchange.getRequestMethod().equals("POST")) {
        times.add(System.nanoTime());
        if (times.size() == 1) {
          answer = status;
          if (status == 429 || status == 503) {
            headers.set("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
          }
        }
      }
      // As much of the browser's settings as it needs, and an answer to a call as good as any.
      var body = ("{\"integrations\":{\"Segment.io\":{\"apiKey\":\"k\",\"apiHost\":\"127.0.0.1:" + port()
          + "/v1\",\"protocol\":\"http\"}}}").getBytes(UTF_8);
      exchange.sendResponseHeaders(answer, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    }

    int port() {
      return server.getAddress().getPort();
    }

    /**
     * What the SDK did, in a word or two.
     *
     * @param ownWaits whether it waits by chance, up to half a minute, whatever it is told
     */
    String reaction(boolean ownWaits) {
      if (times.size() < 2) {
        return "drops it";
      }
      long millis = Duration.ofNanos(times.get(1) - times.get(0)).toMillis();
      return !ownWaits && millis >= RETRY_AFTER_SECONDS * 1000L - 50
          ? "waits as told"
          : "tries again in its own time";
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private static String reaction(Sdk sdk, int status) throws IOException, InterruptedException {
    try (var stub = new Stub(status)) {
      var client = sdk.start(packages, stub.port(), 1, 1);
      assertThat(client.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("%s ends after %d", sdk, status).isTrue();
      return stub.reaction(sdk == Sdk.SEGMENT_JAVA);
    }
  }

  private static String reactionOfBrowser(Chromium chromium, HttpServer pages, int status) throws IOException {
    try (var stub = new Stub(status); var context = chromium.context(new Browser.NewContextOptions())) {
      var page = context.newPage();
      page.navigate("http://localhost:" + pages.getAddress().getPort() + "/browser/index.html?url=http://127.0.0.1:"
          + stub.port() + "&key=k&calls=1");
      page.waitForCondition(() -> stub.times.size() > 1 || page.locator("#log").textContent().contains("failed"),
          new Page.WaitForConditionOptions().setTimeout(PATIENCE_SECONDS * 1000));
      return stub.reaction(false);
    }
  }

  @Test
  void isWhatTheReadmeSays() throws IOException, InterruptedException, ExecutionException {
    Sdk.install(packages);
    var table = new LinkedHashMap<String, List<String>>();
    // Each has a process and a server of its own, and most of the time they wait.
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var sdk : List.of(Sdk.SEGMENT_JAVA, Sdk.SEGMENT_NODE, Sdk.RUDDERSTACK_NODE)) {
        var tries = STATUSES.stream()
            .map(status -> threads.submit((Callable<String>) () -> reaction(sdk, status))).toList();
        var row = new ArrayList<String>();
        table.put(sdk.product, row);
        for (var one : tries) {
          row.add(one.get());
        }
      }
    }
    table.put("@segment/analytics-next", browser());
    var rows = new ArrayList<String>();
    table.forEach((sdk, row) -> rows.add("| `" + sdk + "` | " + String.join(" | ", row) + " |"));
    System.out.println(String.join("\n", rows));
    assertThat(Files.readString(Sdk.CLIENTS.resolve("README.md"))).contains(rows);
  }

  private static List<String> browser() throws IOException {
    var pages = BrowserPages.serve(packages);
    var row = new ArrayList<String>();
    try (var chromium = Chromium.start()) {
      for (int status : STATUSES) {
        row.add(reactionOfBrowser(chromium, pages, status));
      }
    } finally {
      pages.stop(0);
    }
    return row;
  }
}
