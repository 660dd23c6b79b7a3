package dev.nodash.storage.kit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CuttingProxyTest {
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private ServerSocket engine;
  private Thread serving;
  private CuttingProxy proxy;

  @BeforeEach
  void open() throws IOException {
    engine = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    proxy = new CuttingProxy(engine.getLocalPort());
    serving = Thread.ofVirtual().start(() -> {
      while (!engine.isClosed()) {
        answer();
      }
    });
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    engine.close();
  }

  /** Answers one request of five bytes. */
  private void answer() {
    try (var socket = engine.accept()) {
      asked.add(new String(socket.getInputStream().readNBytes(5), UTF_8));
      socket.getOutputStream().write("done".getBytes(UTF_8));
    } catch (IOException e) {
      // The test has ended.
    }
  }

  /** The answer; empty if the connection ends before one. */
  private String ask(String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (SocketException e) {
      return "";
    }
  }

  @Test
  void only_the_marked_reply_is_lost_and_its_request_goes_through() throws IOException {
    proxy.loseReplyTo("é2");
    assertThat(ask("é1\r\n")).isEqualTo("done");
    assertThat(ask("é2\r\n")).isEmpty();
    assertThat(ask("é2\r\n")).isEqualTo("done");
    assertThat(asked).containsExactly("é1\r\n", "é2\r\n", "é2\r\n");
    assertThat(proxy.lost()).isEqualTo(1);
  }

  @Test
  void without_an_engine_the_connection_ends() throws Exception {
    engine.close();
    // Until its last accept has ended, a closed socket may still take a connection.
    serving.join();
    assertThat(ask("12345")).isEmpty();
  }
}
