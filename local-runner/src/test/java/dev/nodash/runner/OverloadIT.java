package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Too much, too large, too slow or no sense at all: each is answered or cut off, and the process lives on. */
@TestInstance(Lifecycle.PER_CLASS)
class OverloadIT {
  private static final String LIMIT = "20";
  private static final int MEGABYTE = 1 << 20;
  private static final int MORE_THAN_THREADS = 300;
  private static final int PATIENCE_MILLIS = 20_000;
  private static final String HEAD = """
      POST /v1/track HTTP/1.1\r
      Host: localhost\r
      x-tenant-id: tenant1\r
      x-api-key: demo-api-key-tenant1\r
      """;

  private RunnerProcess runner;

  @BeforeAll
  void start(@TempDir Path folder) {
    runner = RunnerProcess.start(folder,
        Map.of("RATE_LIMIT_MAX", LIMIT, "LOG_LEVEL", "warn", "NODASH_PATIENCE_HEAD", "4s", "NODASH_PATIENCE_BODY",
            "2s"));
  }

  @AfterEach
  void itServesOn() {
    assertThat(runner.get("/v1/health").statusCode()).isEqualTo(200);
    assertThat(runner.output()).doesNotContain("ERROR", "\tat ", "OutOfMemory");
  }

  @AfterAll
  void stop() {
    assertThat(runner.terminate()).isEqualTo(143);
  }

  @Test
  void fortyParallelHealthChecksAreAllAnswered() {
    var checks = all(40, _ -> HttpRequest.newBuilder(runner.uri("/v1/health")).GET());
    assertThat(checks).extracting(HttpResponse::statusCode).containsOnly(200);
    assertThat(checks).extracting(HttpResponse::body).allMatch(body -> body.contains("\"status\":\"healthy\""));
  }

  @Test
  void aSpentQuotaIsToldWhenToComeBack() {
    var event = "{\"event\":\"a\",\"userId\":\"eager\"}";
    var answers = IntStream.rangeClosed(0, Integer.parseInt(LIMIT)).mapToObj(_ -> runner.post("/v1/track", event))
        .toList();
    assertThat(answers.subList(0, answers.size() - 1)).extracting(HttpResponse::statusCode).containsOnly(200);
    var last = answers.getLast();
    assertThat(last.statusCode()).isEqualTo(429);
    assertThat(last.body()).contains("\"error\":\"Rate limit exceeded\"");
    assertThat(Long.parseLong(last.headers().firstValue("retry-after").orElseThrow())).isPositive();
    assertThat(runner.post("/v1/track", "{\"event\":\"a\",\"userId\":\"patient\"}").statusCode()).isEqualTo(200);
  }

  @Test
  void aHugeBodyIsRefusedWithoutBeingRead() throws IOException {
    var megabyte = "x".repeat(MEGABYTE);
    assertThat(answerTo(HEAD + "Content-Length: " + 20 * MEGABYTE + "\r\n\r\n", megabyte)).isIn("413", "closed");
    assertThat(answerTo(HEAD + "Transfer-Encoding: chunked\r\n\r\n", "100000\r\n" + megabyte + "\r\n"))
        .isIn("413", "closed");
  }

  @Test
  void aBombIsRefusedInTheSameMemory() throws IOException {
    var bomb = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bomb)) {
      var zeros = new byte[MEGABYTE];
      for (int i = 0; i < 500; i++) {
        gzip.write(zeros);
      }
    }
    var answers = all(32, _ -> posting(bomb.toByteArray()).header("content-encoding", "gzip"));
    assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(413);
    assertThat(answers).extracting(HttpResponse::body).allMatch(body -> body.contains("Payload Too Large"));
  }

  @Test
  void garbageIsTheClientsFault() {
    var random = new Random(4);
    var answers = all(2_000, number -> {
      var bytes = new byte[random.nextInt(2_000)];
      random.nextBytes(bytes);
      var request = posting(bytes);
      return number % 4 == 0 ? request.header("content-encoding", "gzip") : request;
    });
    assertThat(answers).extracting(HttpResponse::statusCode).allMatch(status -> status >= 400 && status < 500);
    assertThat(answers).extracting(HttpResponse::body)
        .allMatch(body -> Stream.of("error", "message", "statusCode", "timestamp", "requestId")
            .allMatch(name -> body.contains("\"" + name + "\":")));
  }

  @Test
  void aClientThatClosesItsSideIsAnsweredAndOneThatResetsHarmsNobody() throws IOException {
    var event = "{\"event\":\"a\",\"userId\":\"half\"}";
    var chunks = HEAD + "Transfer-Encoding: chunked\r\n\r\n";
    var chunk = Integer.toHexString(event.length()) + "\r\n" + event + "\r\n0\r\n\r\n";
    var whole = HEAD + "Content-Length: " + event.length() + "\r\n\r\n";
    for (var parts : List.of(List.of(chunks + chunk), List.of(chunks, chunk), List.of(whole, event))) {
      try (var socket = connected()) {
        parts.forEach(part -> send(socket, part));
        socket.shutdownOutput();
        assertThat(status(socket)).isEqualTo("200");
      }
    }
    for (int i = 0; i < 200; i++) {
      try (var socket = connected()) {
        socket.setSoLinger(true, 0);
        send(socket, (i % 2 == 0 ? whole : chunks) + "5");
      }
    }
  }

  @Test
  void aStalledClientIsCutOffWhileOthersAreServed() throws IOException {
    try (var inHead = connected();
        var inBody = connected()) {
      inHead.getOutputStream().write(HEAD.getBytes(ISO_8859_1));
      inBody.getOutputStream().write((HEAD + "Content-Length: 100\r\n\r\n{\"event\":").getBytes(ISO_8859_1));
      assertThat(runner.post("/v1/track", "{\"event\":\"a\"}").statusCode()).isEqualTo(200);
      assertThat(new String(inHead.getInputStream().readAllBytes(), ISO_8859_1)).isEmpty();
      assertThat(new String(inBody.getInputStream().readAllBytes(), ISO_8859_1)).startsWith("HTTP/1.1 408 ")
          .contains("body: did not arrive in time");
    }
  }

  @Test
  void clientsThatDripHoldNoThreadAndAreCutOffInTheEnd() throws IOException {
    var head = (HEAD + "Content-Length: 30000\r\n\r\n").getBytes(ISO_8859_1);
    var drips = new ArrayList<Socket>();
    try {
      for (int i = 0; i < MORE_THAN_THREADS; i++) {
        drips.add(connected());
        drips.getLast().getOutputStream().write(head);
      }
      var waiting = new ArrayList<>(drips);
      while (!waiting.isEmpty()) {
        assertThat(runner.get("/v1/health/live").statusCode()).isEqualTo(200);
        waiting.removeIf(drip -> !takesOneMoreByte(drip));
      }
      var answers = new TreeSet<String>();
      for (var drip : drips) {
        answers.add(closedOr(drip));
      }
      assertThat(answers).contains("408").isSubsetOf("408", "closed");
    } finally {
      for (var drip : drips) {
        drip.close();
      }
    }
  }

  /** Sends a byte unless there is an answer, or the end, to be read already. */
  private static boolean takesOneMoreByte(Socket drip) {
    try {
      if (drip.getInputStream().available() == 0) {
        drip.getOutputStream().write(' ');
        return true;
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void bodiesThatWouldFillTheMemoryAreRefusedEarly() throws IOException {
    var head = HEAD + "Content-Encoding: gzip\r\nContent-Length: " + MEGABYTE + "\r\n\r\n";
    var large = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 200; i++) {
        large.add(connected());
        send(large.getLast(), head + "x".repeat(MEGABYTE - 1));
      }
      assertThat(runner.post("/v1/track", "{\"event\":\"a\",\"userId\":\"small\"}").statusCode()).isEqualTo(200);
      var answers = new TreeSet<String>();
      for (var socket : large) {
        answers.add(closedOr(socket));
      }
      assertThat(answers).contains("503", "408").isSubsetOf("503", "408", "closed");
      var later = "{\"event\":\"a\",\"userId\":\"later\",\"properties\":{\"x\":\"" + "x".repeat(20_000) + "\"}}";
      assertThat(runner.post("/v1/track", later).statusCode()).as("the room is free again").isEqualTo(200);
    } finally {
      for (var socket : large) {
        socket.close();
      }
    }
  }

  private HttpRequest.Builder posting(byte[] body) {
    return HttpRequest.newBuilder(runner.uri("/v1/track")).header("x-tenant-id", "tenant1")
        .header("x-api-key", "demo-api-key-tenant1").POST(BodyPublishers.ofByteArray(body));
  }

  /** Sends all of them, up to 64 at once. */
  private static List<HttpResponse<String>> all(int count,
      IntFunction<HttpRequest.Builder> request) {
    var room = new Semaphore(64);
    return IntStream.range(0, count).mapToObj(number -> {
      room.acquireUninterruptibly();
      return RunnerProcess.HTTP.sendAsync(request.apply(number).build(), BodyHandlers.ofString())
          .whenComplete((_, _) -> room.release());
    }).toList().stream().map(CompletableFuture::join).toList();
  }

  /** Sends the head and up to twenty parts; answers the status, or that the connection was closed without one. */
  private String answerTo(String head, String part) throws IOException {
    try (var socket = connected()) {
      send(socket, head);
      for (int i = 0; i < 20; i++) {
        send(socket, part);
      }
      return closedOr(socket);
    }
  }

  /** Sends what the other end takes; it may have closed the connection before. */
  private static void send(Socket socket, String text) {
    try {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    } catch (IOException e) {
      // What it answered before is read afterwards.
    }
  }

  private static String closedOr(Socket socket) {
    try {
      return status(socket);
    } catch (IOException e) {
      return "closed";
    }
  }

  private static String status(Socket socket) throws IOException {
    var line = new String(socket.getInputStream().readNBytes("HTTP/1.1 413".length()), ISO_8859_1);
    return line.isEmpty() ? "closed" : line.substring("HTTP/1.1 ".length());
  }

  private Socket connected() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), runner.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }
}
