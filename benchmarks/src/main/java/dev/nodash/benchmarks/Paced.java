package dev.nodash.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Track calls at a constant rate. A call that has to wait for the one before it on its connection counts from the moment
 * at which it was due, so that a server that stalls is charged for the calls that it kept from being sent.
 */
final class Paced {
  private static final double WARM_UP = 0.25;
  private static final String LENGTH = "content-length:";
  /** Of a connection that ended without an answer. */
  private static final int NONE = 0;

  private final int port;
  private final int connections;
  private final long between;
  private final int calls;

  private Paced(int port, int connections, double rate, int seconds) {
    this.port = port;
    this.connections = connections;
    this.between = (long) (connections * 1e9 / rate);
    this.calls = (int) (rate * seconds / connections);
  }

  /**
   * What became of a call.
   *
   * @param nanos since it was due
   * @param took since it was sent
   * @param done of {@link System#nanoTime()}
   */
  record Answer(int status, long nanos, long took, long done) {

    /** Whether the connection broke. */
    boolean isNone() {
      return status == NONE;
    }
  }

  /**
   * Sends calls and answers what became of them, but for the first quarter of them.
   *
   * @param rate calls/s over all connections
   */
  static List<Answer> run(int port, int connections, double rate, int seconds) throws Exception {
    var load = new Paced(port, connections, rate, seconds);
    try (var threads = Executors.newFixedThreadPool(connections)) {
      long start = System.nanoTime() + 500_000_000;
      var answers = new ArrayList<Answer>();
      for (var each : threads.invokeAll(IntStream.range(0, connections)
          .<Callable<List<Answer>>>mapToObj(number -> () -> load.run(number, start)).toList())) {
        var all = each.get();
        answers.addAll(all.subList((int) (all.size() * WARM_UP), all.size()));
      }
      return answers;
    }
  }

  /** The latency, in microseconds, that a hundredth of the answers exceeds. */
  static double p99(List<Answer> answers, ToLongFunction<Answer> latency) {
    var sorted = answers.stream().mapToLong(latency).sorted().toArray();
    return sorted[(int) (sorted.length * 0.99)] / 1e3;
  }

  private List<Answer> run(int number, long start) {
    var answers = new ArrayList<Answer>();
    long due = start + between * number / connections;
    while (answers.size() < calls) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setTcpNoDelay(true);
        var in = new BufferedInputStream(socket.getInputStream());
        for (; answers.size() < calls; due += between) {
          for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
          }
          answers.add(answer(socket, in, start + "-" + number + "-" + answers.size(), due));
        }
      } catch (IOException e) {
        long now = System.nanoTime();
        answers.add(new Answer(NONE, now - due, now - due, now));
        due += between;
      }
    }
    return answers;
  }

  private static Answer answer(Socket socket, InputStream in, String id, long due) throws IOException {
    long sent = System.nanoTime();
    socket.getOutputStream().write(call(id));
    int status = status(in);
    long now = System.nanoTime();
    return new Answer(status, now - due, now - sent, now);
  }

  private static byte[] call(String id) {
    var body = "{\"event\":\"user_signup\",\"userId\":\"user" + Math.floorMod(id.hashCode(), 1000)
        + "\",\"messageId\":\""
        + id + "\",\"properties\":{\"plan\":\"premium\",\"source\":\"web\",\"value\":12.5,\"items\":[\"a\",\"b\"]},"
        + "\"context\":{\"library\":{\"name\":\"bench\",\"version\":\"1.0\"}}}";
    return ("POST /v1/track HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nx-tenant-id: tenant1\r\n"
        + "x-api-key: key-of-tenant1\r\ncontent-length: " + body.length() + "\r\n\r\n" + body).getBytes(ISO_8859_1);
  }

  private static int status(InputStream in) throws IOException {
    int status = Integer.parseInt(line(in).substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    int length = 0;
    for (var header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
        length = Integer.parseInt(header.substring(LENGTH.length()).strip());
      }
    }
    in.skipNBytes(length);
    return status;
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("closed within an answer");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
