package dev.nodash.runner;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** The browser's client and the SDK from npm, at an origin of their own. */
final class BrowserPages {
  private static final Path SDK = Path.of("node_modules", "@segment", "analytics-next", "dist", "umd");

  private BrowserPages() {}

  /** Serves them until it is stopped. */
  static HttpServer serve(Path packages) throws IOException {
    // The server follows no links, so what is in the cache is copied.
    var root = Files.createTempDirectory(packages, "pages").toRealPath();
    copy(Sdk.CLIENTS.resolve("browser"), root.resolve("browser"));
    copy(packages.resolve(SDK), root.resolve("node").resolve(SDK));
    var server = SimpleFileServer.createFileServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), root,
        OutputLevel.NONE);
    server.start();
    return server;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.newDirectoryStream(from)) {
      for (var file : files) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
