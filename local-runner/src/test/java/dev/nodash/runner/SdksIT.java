package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * SDKs that were not changed send through a runner that is killed and started again meanwhile: whatever they report delivered
 * is stored once, under the message id that they gave it.
 */
class SdksIT {
  private static final int CALLS = 1000;
  private static final int PACE_MILLIS = 4;
  private static final int KILLS = 2;
  private static final int BEFORE_A_KILL = 150;
  private static final long PATIENCE_SECONDS = 240;
  private static final Map<String, String> SETTINGS = Map.of("RATE_LIMIT_MAX", "1000000");

  @TempDir
  private static Path packages;
  @TempDir
  private Path folder;

  @BeforeAll
  static void install() throws IOException, InterruptedException {
    Sdk.install(packages);
  }

  private static RunnerProcess start(Path folder, int port) {
    var settings = new HashMap<>(SETTINGS);
    if (port > 0) {
      settings.put("PORT", Integer.toString(port));
    }
    return RunnerProcess.start(folder, settings);
  }

  /** What an SDK said became of its calls, by message id. */
  private static final class Reports {
    final Map<String, String> delivered = new ConcurrentHashMap<>();
    final Map<String, String> failed = new ConcurrentHashMap<>();
    final Semaphore deliveries = new Semaphore(0);
    final List<String> others = Collections.synchronizedList(new ArrayList<>());

    void read(Process client) {
      try (var lines = client.inputReader(UTF_8)) {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
          var words = line.split(" ", 3);
          switch (words[0]) {
            case "delivered" -> {
              delivered.put(words[1], line);
              deliveries.release();
            }
            case "failed" -> failed.put(words[1], line);
            default -> others.add(line);
          }
        }
      } catch (IOException e) {
        others.add(e.toString());
      }
    }
  }

  /** All of them side by side, each with a runner of its own, since most of the time they wait. */
  @Test
  void whatAnSdkReportsDeliveredIsStoredOnce() throws IOException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<?>>();
      for (var sdk : Sdk.values()) {
        var own = Files.createDirectory(folder.resolve(sdk.name()));
        all.add(threads.submit(() -> {
          sendThroughKills(sdk, own);
          return null;
        }));
      }
      for (var strategy : List.of("", "&batch")) {
        var own = Files.createDirectory(folder.resolve("browser" + strategy));
        all.add(threads.submit(() -> {
          browseThroughKills(strategy, own);
          return null;
        }));
      }
      assertAll(all.stream().map(one -> one::get));
    }
  }

  private static void sendThroughKills(Sdk sdk, Path folder) throws InterruptedException {
    var runner = start(folder, 0);
    var client = sdk.start(packages, runner.port(), CALLS, PACE_MILLIS);
    try {
      var reports = new Reports();
      var reader = Thread.startVirtualThread(() -> reports.read(client));
      for (int kill = 1; kill <= KILLS; kill++) {
        // An SDK may back off for half a minute and more.
        assertThat(reports.deliveries.tryAcquire(BEFORE_A_KILL, PATIENCE_SECONDS, TimeUnit.SECONDS))
            .as("deliveries by %s before kill %d: %s", sdk.product, kill, reports.others).isTrue();
        runner.kill();
        runner = start(folder, runner.port());
      }
      assertThat(client.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("%s ends: %s", sdk.product, reports.others)
          .isTrue();
      reader.join();
      assertThat(client.exitValue()).as("%s", reports.others).isZero();
      assertThat(reports.delivered.size() + reports.failed.size()).isEqualTo(CALLS);
      runner.terminate();
      checkStored(folder, sdk.product, reports.delivered, reports.failed);
    } finally {
      client.destroyForcibly();
      runner.close();
    }
  }

  private static void checkStored(Path folder, String sdk, Map<String, String> delivered, Map<String, String> failed) {
    var stored = StoredFiles.in(folder);
    assertThat(delivered.keySet()).allMatch(id -> stored.count("tenant1", id) == 1, "is stored once");
    assertThat(stored.mostOfOne()).as("times that a message is stored").isEqualTo(1);
    System.out.printf("%s: %d delivered, %d stored, %d kills; given up: %s%n", sdk, delivered.size(), stored.lines(),
        KILLS,
        failed.values());
  }

  private static void browseThroughKills(String strategy, Path folder) throws IOException {
    var pages = BrowserPages.serve(packages);
    var runner = start(folder, 0);
    var port = runner.port();
    try (var chromium = Chromium.start(); var context = chromium.context(new Browser.NewContextOptions())) {
      var page = context.newPage();
      var faults = new ArrayList<String>();
      page.onPageError(faults::add);
      var delivered = new HashMap<String, String>();
      var sent = new HashMap<String, String>();
      page.onRequest(request -> ids(request.method(), request.postData()).forEach(id -> sent.put(id, request.url())));
      page.onResponse(response -> {
        if (response.ok()) {
          var request = response.request();
          ids(request.method(), request.postData()).forEach(id -> delivered.put(id, request.url()));
        }
      });
      page.navigate(
          "http://localhost:" + pages.getAddress().getPort() + "/browser/index.html?url=http://127.0.0.1:" + port
              + "&key=demo-api-key-tenant1&calls=" + CALLS + "&pace=" + PACE_MILLIS + strategy);
      for (int kill = 1; kill <= KILLS; kill++) {
        int enough = kill * BEFORE_A_KILL;
        page.waitForCondition(() -> delivered.size() >= enough, patience());
        assertThat(kill > 1 || runner.output().contains("OPTIONS /v1/")).as("preflights, which a browser remembers")
            .isTrue();
        runner.kill();
        runner = start(folder, port);
      }
      page.waitForCondition(() -> delivered.size() >= CALLS, patience());
      page.waitForFunction("window.done");
      assertThat(faults).isEmpty();
      assertThat(sent.keySet()).isEqualTo(delivered.keySet()).hasSize(CALLS);
      runner.terminate();
      checkStored(folder, "@segment/analytics-next" + strategy, delivered, Map.of());
    } finally {
      pages.stop(0);
      runner.close();
    }
  }

  private static Page.WaitForConditionOptions patience() {
    return new Page.WaitForConditionOptions().setTimeout(PATIENCE_SECONDS * 1000);
  }

  /** The message ids that a request of the SDK brings. */
  private static List<String> ids(String method, @Nullable String body) {
    if (!method.equals("POST") || body == null) {
      return List.of();
    }
    JsonNode call = JsonMapper.shared().readTree(body);
    return call.has("batch")
        ? call.get("batch").valueStream().map(it -> it.path("messageId").stringValue("")).toList()
        : List.of(call.path("messageId").stringValue(""));
  }

  @Test
  void everyClientIsExplained() throws IOException {
    var readme = Files.readString(Sdk.CLIENTS.resolve("README.md"));
    assertThat(Sdk.values()).allMatch(sdk -> readme.contains(sdk.product));
  }
}
