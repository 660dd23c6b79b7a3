package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients may do with a connection: many of them, many requests ahead, or nothing at all. */
class ConnectionsIT {
  private static final int MOST = 600;

  private final List<Client> clients = new ArrayList<>();

  /** One connection, read line by line. */
  private record Client(Socket socket, BufferedReader in) {

    void send(String text) {
      try {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The next answer's status, headers and body in one text; empty at the end. */
    String answer() {
      try {
        var answer = new StringBuilder();
        int length = 0;
        for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
          answer.append(line).append('\n');
          length = line.startsWith("Content-Length: ") ? Integer.parseInt(line.substring(16)) : length;
        }
        for (int i = 0; i < length; i++) {
          answer.append((char) in.read());
        }
        return answer.toString();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private RunnerProcess runner;

  ConnectionsIT(@TempDir Path folder) {
    runner = RunnerProcess.launch(folder, Map.of("RATE_LIMIT_MAX", "1000000000", "LOG_LEVEL", "warn",
        "NODASH_CONNECTIONS", Integer.toString(MOST), "NODASH_PATIENCE_HEAD", "3s", "NODASH_PATIENCE_IDLE", "5s"));
  }

  @BeforeEach
  void ready() {
    runner.awaitReady();
  }

  @AfterEach
  void itServesOn() {
    clients.forEach(ConnectionsIT::close);
    SteadyLoad.await(() -> runner.get("/v1/health").statusCode() == 200, "room again");
    assertThat(runner.output()).doesNotContain("ERROR", "\tat ", "OutOfMemory");
    runner.close();
  }

  @Test
  void fiveHundredAreAllAnsweredAndStay() {
    var many = IntStream.range(0, 512).mapToObj(_ -> connected()).toList();
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < many.size(); i++) {
        many.get(i).send(request("many-" + round + "-" + i));
      }
      for (int i = 0; i < many.size(); i++) {
        assertThat(many.get(i).answer()).startsWith("HTTP/1.1 200 ")
            .contains("\"requestId\":\"many-" + round + "-" + i);
      }
    }
  }

  @Test
  void whatIsSentAheadIsAnsweredInItsOrder() {
    var client = connected();
    var ahead = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      ahead.append(i % 3 == 2
          ? "GET /v1/health/live HTTP/1.1\r\nHost: a\r\nx-request-id: ahead-" + i + "\r\n\r\n"
          : request("ahead-" + i));
    }
    client.send(ahead.toString());
    for (int i = 0; i < 1000; i++) {
      assertThat(client.answer()).startsWith("HTTP/1.1 200 ").contains("x-request-id: ahead-" + i + "\n");
    }
  }

  @Test
  void oneWhoSendsAheadAndNeverReadsIsReadNoFurther() {
    var deaf = connected();
    var sent = new AtomicLong();
    Thread.ofVirtual().start(() -> {
      try {
        for (;; sent.incrementAndGet()) {
          deaf.send(request("deaf"));
        }
      } catch (UncheckedIOException e) {
        // The test is over, or it was cut off.
      }
    });
    SteadyLoad.await(() -> {
      long before = sent.get();
      IntStream.range(0, 100).forEach(i -> {
        var other = connected();
        other.send(request("other-" + i));
        assertThat(other.answer()).startsWith("HTTP/1.1 200 ");
        close(other);
      });
      return sent.get() == before;
    }, "that it can send no more");
  }

  @Test
  void tooManyAreToldSoAndTheOthersServed() {
    var first = asking();
    assertThat(first.answer()).startsWith("HTTP/1.1 200 ");
    // One after the other, since several event loops take them in no order; the test's own client has some too.
    var next = asking();
    var answer = next.answer();
    int served = 1;
    for (; answer.startsWith("HTTP/1.1 200 "); answer = next.answer()) {
      served++;
      next = asking();
    }
    assertThat(served).isBetween(MOST - 10, MOST);
    assertThat(answer).startsWith("HTTP/1.1 503 ").contains("Retry-After: 1\n", "Connection: close\n",
        "\"error\":\"Service Unavailable\"");
    assertThat(next.answer()).isEmpty();
    first.send(request("first"));
    assertThat(first.answer()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void headsThatDripAndSilenceEndTheConnection() {
    var silent = connected();
    var dripping = connected();
    dripping.send("GET /v1/hea");
    var idle = connected();
    idle.send(request("once"));
    assertThat(idle.answer()).startsWith("HTTP/1.1 200 ");
    assertThat(List.of(silent, dripping, idle)).allSatisfy(client -> assertThat(client.answer()).isEmpty());
  }

  @Test
  void anOlderClientIsAnsweredAsItAsks() {
    var once = connected();
    once.send("GET /v1/health/live HTTP/1.0\r\n\r\n");
    assertThat(once.answer()).startsWith("HTTP/1.1 200 ").contains("Connection: close\n");
    assertThat(once.answer()).isEmpty();
    var staying = connected();
    for (int i = 0; i < 2; i++) {
      staying.send("GET /v1/health/live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      assertThat(staying.answer()).startsWith("HTTP/1.1 200 ").contains("Connection: keep-alive\n");
    }
  }

  @Test
  void oneWhoAsksBeforeItSendsIsToldToGoOnOrWhyNot() {
    var asking = connected();
    var event = "{\"event\":\"a\"}";
    asking.send(MalformedHttp.post("Expect: 100-continue\r\nContent-Length: " + event.length(), ""));
    assertThat(asking.answer()).startsWith("HTTP/1.1 100 ");
    asking.send(event);
    assertThat(asking.answer()).startsWith("HTTP/1.1 200 ");
    asking.send(MalformedHttp.post("Expect: 100-continue\r\nContent-Length: 40000", ""));
    assertThat(asking.answer()).startsWith("HTTP/1.1 413 ").contains("Connection: close\n");
    assertThat(asking.answer()).isEmpty();
  }

  private static void close(Client client) {
    try {
      client.socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String request(String id) {
    var event = "{\"event\":\"a\",\"userId\":\"" + id + "\"}";
    return MalformedHttp.post("x-request-id: " + id + "\r\nContent-Length: " + event.length(), event);
  }

  private Client asking() {
    var client = connected();
    client.send("GET /v1/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return client;
  }

  private Client connected() {
    try {
      var socket = new Socket(InetAddress.getLoopbackAddress(), runner.port());
      socket.setSoTimeout(20_000);
      var client = new Client(socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1)));
      clients.add(client);
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
