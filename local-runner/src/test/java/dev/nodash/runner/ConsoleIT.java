package dev.nodash.runner;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page at the runner's root, in a real browser and by hand. */
@TestInstance(Lifecycle.PER_CLASS)
class ConsoleIT {
  private static final String KEY = "a-console-key-of-ours";
  /** Where the pictures of the page go; the README's are of there. */
  private static final Path PICTURES = Path.of(System.getProperty("nodash.pictures", "target/pictures"));

  private final Chromium chromium = Chromium.start();

  private static Map<String, String> on(String... more) {
    return Engines.with(Map.of("CONSOLE_ENABLE", "true"), more);
  }

  private static HttpResponse<String> page(RunnerProcess runner, String path, String... headers) {
    var request = HttpRequest.newBuilder(runner.uri(path)).header("accept", "text/html,*/*;q=0.8");
    return runner.send(headers.length == 0 ? request : request.headers(headers));
  }

  private static String basic(String password) {
    return "Basic " + Base64.getEncoder().encodeToString(("operator:" + password).getBytes(UTF_8));
  }

  @AfterAll
  void end() {
    chromium.close();
  }

  @Test
  void jsonStaysTheAnswerForOtherClients(@TempDir Path folder) {
    try (var runner = RunnerProcess.start(folder, on())) {
      assertThat(runner.get("/").headers().firstValue("content-type")).contains("application/json;charset=utf-8");
      var page = page(runner, "/");
      assertThat(page.headers().firstValue("content-type")).contains("text/html;charset=utf-8");
      assertThat(page.headers().firstValue("content-security-policy").orElseThrow()).contains("default-src 'none'")
          .doesNotContain("unsafe");
      assertThat(page.headers().firstValue("access-control-allow-origin")).isEmpty();
      assertThat(page.body()).doesNotContainPattern("(?:src|href)=\"(?:https?:)?//");
    }
  }

  @Test
  void withoutItTheRootIsWhatItWas(@TempDir Path folder) {
    try (var runner = RunnerProcess.start(folder, Map.of())) {
      assertThat(page(runner, "/").headers().firstValue("content-type")).contains("application/json;charset=utf-8");
      assertThat(page(runner, "/console/stream").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void inProductionOnlyItsKeyOpensIt(@TempDir Path folder) {
    var settings = on("NODE_ENV", "production", "API_KEYS", "shop:key-of-the-shop-itself", "CONSOLE_KEY", KEY,
        "TRUSTED_PROXIES", "1");
    try (var runner = RunnerProcess.start(folder, settings)) {
      for (var path : List.of("/", "/console/script.js", "/console/style.css", "/console/stream")) {
        var refused = page(runner, path);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("www-authenticate").orElseThrow()).startsWith("Basic realm=");
        assertThat(page(runner, path, "authorization", basic("key-of-the-shop-itself")).statusCode()).isEqualTo(401);
        assertThat(page(runner, path, "authorization", "Bearer " + KEY).statusCode()).isEqualTo(401);
        assertThat(page(runner, path, "authorization", "Basic !").statusCode()).isEqualTo(401);
        assertThat(page(runner, path, "x-api-key", "key-of-the-shop-itself").statusCode()).isEqualTo(401);
        assertThat(page(runner, path, "authorization", basic(KEY), "x-forwarded-proto", "http").statusCode())
            .isEqualTo(403);
      }
      assertThat(page(runner, "/", "authorization", basic(KEY)).statusCode()).isEqualTo(200);
      assertThat(runner.post("/v1/track", "{\"event\":\"e\"}", "x-tenant-id", "shop", "x-api-key", KEY).statusCode())
          .isEqualTo(401);
    }
  }

  /** What a web site could do that gives its own name this address, once a browser has loaded it. */
  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80"})
  void aNameOfSomebodyElseOpensNothing(String host, @TempDir Path folder) throws IOException {
    try (var runner = RunnerProcess.start(folder, on())) {
      for (var path : List.of("/", "/console/stream")) {
        var answer = new RawHttp(runner.port()).exchange(
            "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAccept: text/html\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 403 ");
      }
    }
  }

  @Test
  void showsWhatArrivesAndSendsEvents(@TempDir Path folder) throws IOException, InterruptedException {
    try (var runner = RunnerProcess.start(folder, on("NODE_ENV", "development", "LOG_LEVEL", "warn"));
        var context = chromium.context(ColorScheme.LIGHT)) {
      var page = context.newPage();
      var faults = new ArrayList<String>();
      page.onConsoleMessage(it -> {
        if (it.type().equals("error")) {
          faults.add(it.text());
        }
      });
      page.onPageError(faults::add);
      page.navigate(runner.uri("/").toString());
      assertThat(page.locator("#link")).hasText("live");
      assertThat(page.locator("#status")).hasText("healthy");
      assertThat(page.locator("#dependencies li")).hasText(new Pattern[]{Pattern.compile("eventStore\\s*healthy"),
          Pattern.compile("userStore\\s*healthy"), Pattern.compile("rateLimiter\\s*healthy"),
          Pattern.compile("deduplication\\s*healthy")});
      assertThat(page.locator("#window")).containsText("is remembered for 24 h");
      assertThat(page.locator("#none")).isVisible();

      var track = page.locator("#track");
      track.getByLabel("Message id").fill("m-1");
      send(track, "200");
      assertThat(page.locator("#calls tr")).hasText(new Pattern[]{Pattern
          .compile("tenant1\\s*/v1/track\\s*user_signup\\s*user123\\s*stored")});
      send(track, "Event already processed");
      send(page.locator("#identify"), "\"created\": true");
      track.getByLabel("Event").fill("");
      send(track, "event: is missing");
      track.getByLabel("Event").fill("order_placed");
      track.getByLabel("API key").fill("not a key");
      send(track, "Authentication failed");
      assertThat(page.locator("#calls tr td:nth-child(6)"))
          .hasText(new String[]{"rejected", "rejected", "stored", "duplicate", "stored"});
      assertThat(page.locator("#calls tr:nth-child(2)")).containsText("400 Invalid track request: event: is missing");
      assertThat(page.locator("#calls tr:nth-child(1)")).containsText("401 Authentication failed");

      track.getByLabel("API key").fill("demo-api-key-tenant2");
      track.getByLabel("Tenant").fill("tenant2");
      track.getByLabel("Message id").fill("");
      track.getByLabel("Event").fill("it's <img src=x onerror=alert(1)> \"quoted\"");
      assertThat(curl(track)).contains("\"success\":true");
      page.locator("#tenant").selectOption("tenant2");
      assertThat(page.locator("#calls tr")).hasCount(1);
      assertThat(page.locator("#calls tr")).containsText("it's <img src=x onerror=alert(1)> \"quoted\"");
      assertThat(page.locator("#calls img")).hasCount(0);
      page.locator("#tenant").selectOption("");

      for (int i = 0; i < 120; i++) {
        runner.post("/v1/track", "{\"event\":\"page_view\",\"userId\":\"user" + i % 7 + "\"}");
      }
      assertThat(page.locator("#plot path.stored[d^=M]")).hasCount(1);
      assertThat(page.locator("#legend")).containsText("stored 123");
      // Two were meant to be refused, which a browser reports as a fault of the page.
      assertThat(faults).hasSize(2).allMatch(it -> it.contains("status of 40"));
      track.getByLabel("Event").fill("user_signup");
      picture(page, "console");
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
      picture(page, "console-dark");

      runner.kill();
      assertThat(page.locator("#link")).hasText("lost");
      assertThat(page.locator("#status")).hasText("lost");
      try (var again = RunnerProcess.start(folder,
          on("NODE_ENV", "development", "PORT", Integer.toString(runner.port())))) {
        assertThat(page.locator("#link")).hasText("live");
        assertThat(again.terminate()).as("a browser that follows keeps nothing from its end").isEqualTo(143);
      }
    }
  }

  @Test
  void aBrowserIsAskedForTheKeyAndShowsNoUsersInProduction(@TempDir Path folder) {
    var settings = on("NODE_ENV", "production", "API_KEYS", "shop:key-of-the-shop-itself", "CONSOLE_KEY", KEY);
    try (var runner = RunnerProcess.start(folder, settings);
        var context = chromium.context(new Browser.NewContextOptions().setHttpCredentials("operator", KEY))) {
      var page = context.newPage();
      page.navigate(runner.uri("/").toString());
      assertThat(page.locator("#link")).hasText("live");
      assertThat(page.locator("#track").getByLabel("API key")).hasValue("");
      runner.post("/v1/track", "{\"event\":\"e\",\"userId\":\"somebody\"}", "x-tenant-id", "shop", "x-api-key",
          "key-of-the-shop-itself");
      assertThat(page.locator("#calls tr")).containsText("shop");
      assertThat(page.locator("#calls")).not().containsText("somebody");
    }
  }

  private static void send(Locator form, String answer) {
    form.getByRole(AriaRole.BUTTON).click();
    assertThat(form.locator(".answer")).containsText(answer);
  }

  /** What a shell prints for the command that the form shows. */
  private static String curl(Locator form) throws IOException, InterruptedException {
    var shell = new ProcessBuilder("sh", "-c", form.locator(".curl").textContent()).redirectErrorStream(true).start();
    var printed = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor()).as(printed).isZero();
    return printed;
  }

  private static void picture(Page page, String name) throws IOException {
    Files.createDirectories(PICTURES);
    page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(true));
  }
}
