package dev.nodash.runner;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real Chromium without a window: that of the PATH, else the one that Playwright fetches. */
final class Chromium implements AutoCloseable {
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 900;

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  static Chromium start() {
    var installed = installed();
    var variables = installed.isPresent() ? Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1") : Map.<String, String>of();
    var playwright = Playwright.create(new Playwright.CreateOptions().setEnv(variables));
    // Builds often run as root, where Chromium's own sandbox does not start; it opens nothing but our own pages.
    var options = new LaunchOptions().setArgs(List.of("--no-sandbox"));
    installed.ifPresent(options::setExecutablePath);
    return new Chromium(playwright, playwright.chromium().launch(options));
  }

  private static Optional<Path> installed() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .flatMap(folder -> List.of("chromium", "google-chrome").stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable).findFirst();
  }

  BrowserContext context(ColorScheme scheme) {
    return context(new Browser.NewContextOptions().setColorScheme(scheme));
  }

  BrowserContext context(Browser.NewContextOptions options) {
    return browser.newContext(options.setViewportSize(WIDTH, HEIGHT));
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
