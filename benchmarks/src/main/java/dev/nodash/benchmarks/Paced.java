package dev.nodash.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Track calls at a constant rate. A call that has to wait for the one before it on its connection counts from the moment
 * at which it was due, so that a server that stalls is charged for the calls that it kept from being sent.
 */
final class Paced {
  private static final int CONNECTIONS = 64;
  private static final double WARM_UP = 0.25;
  private static final String LENGTH = "content-length:";

  private final int port;
  private final long between;
  private final int calls;

  private Paced(int port, double rate, int seconds) {
    this.port = port;
    this.between = (long) (CONNECTIONS * 1e9 / rate);
    this.calls = (int) (rate * seconds / CONNECTIONS);
  }

  /**
   * The 99th hundredth of the latency, in microseconds, after the first quarter of the time.
   *
   * @param rate calls/s
   */
  static double p99(int port, double rate, int seconds) throws Exception {
    var load = new Paced(port, rate, seconds);
    try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      long start = System.nanoTime() + 200_000_000;
      var connections = threads.invokeAll(IntStream.range(0, CONNECTIONS)
          .<Callable<long[]>>mapToObj(number -> () -> load.run(number, start)).toList());
      var all = LongStream.builder();
      for (var connection : connections) {
        Arrays.stream(connection.get()).skip((long) (load.calls * WARM_UP)).forEach(all);
      }
      var sorted = all.build().sorted().toArray();
      return sorted[(int) (sorted.length * 0.99)] / 1e3;
    }
  }

  private long[] run(int number, long start) throws IOException {
    var times = new long[calls];
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      var in = new BufferedInputStream(socket.getInputStream());
      long due = start + between * number / CONNECTIONS;
      for (int i = 0; i < calls; i++, due += between) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        socket.getOutputStream().write(call(start + "-" + number + "-" + i));
        skipAnswer(in);
        times[i] = System.nanoTime() - due;
      }
    }
    return times;
  }

  private static byte[] call(String id) {
    var body = "{\"event\":\"user_signup\",\"userId\":\"user" + Math.floorMod(id.hashCode(), 1000)
        + "\",\"messageId\":\""
        + id + "\",\"properties\":{\"plan\":\"premium\",\"source\":\"web\",\"value\":12.5,\"items\":[\"a\",\"b\"]},"
        + "\"context\":{\"library\":{\"name\":\"bench\",\"version\":\"1.0\"}}}";
    return ("POST /v1/track HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nx-tenant-id: tenant1\r\n"
        + "x-api-key: key-of-tenant1\r\ncontent-length: " + body.length() + "\r\n\r\n" + body).getBytes(ISO_8859_1);
  }

  private static void skipAnswer(InputStream in) throws IOException {
    var status = line(in);
    if (!status.startsWith("HTTP/1.1 200 ")) {
      throw new IOException("not accepted: " + status);
    }
    int length = 0;
    for (var header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
        length = Integer.parseInt(header.substring(LENGTH.length()).strip());
      }
    }
    in.skipNBytes(length);
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
