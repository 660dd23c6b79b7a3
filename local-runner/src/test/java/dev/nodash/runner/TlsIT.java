package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.storage.kit.Processes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged runner where no proxy ends TLS. */
class TlsIT {
  @TempDir
  private Path folder;
  private Path certificate;
  private Path privateKey;
  private final int port = Processes.freePort();

  @BeforeEach
  void name() {
    certificate = folder.resolve("certificate.pem");
    privateKey = folder.resolve("key.pem");
  }

  private RunnerProcess launch() {
    return RunnerProcess.launch(folder, Map.of("PORT", Integer.toString(port), "TLS_CERTIFICATE_PATH",
        certificate.toString(), "TLS_PRIVATE_KEY_PATH", privateKey.toString(),
        "SPRING_SSL_BUNDLE_WATCH_FILE_QUIETPERIOD", "200ms"));
  }

  private static HttpClient client(SSLContext context, String version) {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context)
        .sslParameters(new SSLParameters(null, new String[]{version})).build();
  }

  private HttpResponse<String> live(SSLContext trusted) throws IOException, InterruptedException {
    try (var client = client(trusted, "TLSv1.3")) {
      return client.send(HttpRequest.newBuilder(uri("/v1/health/live")).build(), BodyHandlers.ofString());
    }
  }

  /** Whether somebody answers there who has this certificate. */
  private boolean answers(SSLContext trusted) {
    try {
      return live(trusted).statusCode() == 200;
    } catch (ConnectException | SSLHandshakeException e) {
      return false;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private URI uri(String path) {
    return URI.create("https://localhost:" + port + path);
  }

  private void awaitReady(RunnerProcess runner, SSLContext trusted) {
    SteadyLoad.await(() -> !runner.process().isAlive() || answers(trusted), "an answer by TLS");
    assertThat(runner.process().isAlive()).as(runner.output()).isTrue();
  }

  @Test
  void speaksTls13AndNothingOlder() throws Exception {
    var ours = Certificate.make(folder);
    ours.write(certificate, privateKey);
    try (var runner = launch(); var client = client(ours.trusted(), "TLSv1.3")) {
      awaitReady(runner, ours.trusted());
      var request = HttpRequest.newBuilder(uri("/v1/track")).header("x-tenant-id", "tenant1")
          .header("x-api-key", "demo-api-key-tenant1");
      for (int i = 0; i < 20; i++) {
        var stored = client.send(request.POST(BodyPublishers.ofString("{\"event\":\"e\",\"messageId\":\"m" + i + "\"}"))
            .build(), BodyHandlers.ofString());
        assertThat(stored.statusCode()).isEqualTo(200);
        assertThat(stored.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(stored.headers().firstValue("strict-transport-security")).isPresent();
      }
      try (var older = client(ours.trusted(), "TLSv1.2")) {
        assertThatThrownBy(() -> older.send(HttpRequest.newBuilder(uri("/")).build(), BodyHandlers.ofString()))
            .isInstanceOf(SSLException.class);
      }
      assertThat(new RawHttp(port).exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).doesNotContain("HTTP/1.1");
      assertThat(closesWithGoodbye(ours.trusted())).startsWith("HTTP/1.1 400 ");
      assertThat(runner.terminate()).isEqualTo(143);
      var lines = 0;
      for (var partition : StoredFiles.files(folder, ".jsonl")) {
        lines += Files.readAllLines(partition).size();
      }
      assertThat(lines).isEqualTo(20);
    }
  }

  /** A connection that was cut off, and not ended as TLS ends, is a fault for this client. */
  private String closesWithGoodbye(SSLContext trusted) throws IOException {
    try (var socket = (SSLSocket) trusted.getSocketFactory().createSocket("localhost", port)) {
      socket.getOutputStream().write("no request\r\n\r\n".getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  @Test
  void takesARenewedCertificateAndKeepsTheOldOneWhereThatIsBroken() throws Exception {
    var first = Certificate.make(folder);
    var second = Certificate.make(folder);
    first.write(certificate, privateKey);
    try (var runner = launch()) {
      awaitReady(runner, first.trusted());
      assertThatThrownBy(() -> live(second.trusted())).isInstanceOf(SSLHandshakeException.class);
      second.write(certificate, privateKey);
      var renewed = second.trusted();
      SteadyLoad.await(() -> answers(renewed), "the second certificate");
      Files.writeString(certificate, "not a certificate");
      SteadyLoad.await(() -> runner.output().contains("ERROR"), "a line in the log");
      assertThat(live(second.trusted()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void saysWhatIsWrongWithTheFiles() throws Exception {
    Certificate.make(folder).write(certificate, privateKey);
    Certificate.make(folder).write(folder.resolve("another.pem"), privateKey);
    refuses("TLS_CERTIFICATE_PATH, TLS_PRIVATE_KEY_PATH: ");
    Files.delete(privateKey);
    refuses("TLS_PRIVATE_KEY_PATH: the file cannot be read");
  }

  private void refuses(String words) {
    try (var runner = launch()) {
      assertThat(runner.awaitExit()).isEqualTo(1);
      assertThat(runner.output()).contains(words).doesNotContain("\tat ", "BEGIN");
    }
  }
}
