package dev.nodash.storage.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nodash.storage.kit.Containers;
import dev.nodash.storage.kit.Engine;
import dev.nodash.storage.kit.HostedEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A real Redis. It keeps nothing on disk, so one that was killed begins empty. */
public final class RedisEngine extends HostedEngine {
  private static final Containers.Image IMAGE = new Containers.Image("redis:8", 6379, Map.of(),
      List.of("redis-server", "--save", "", "--appendonly", "no"), "redis-cli ping | grep -q PONG",
      "redis://127.0.0.1:%d");
  private static @Nullable RedisEngine shared;

  private RedisEngine(Engine server) {
    super(server);
  }

  /** A server of its own, which its test may break and closes. */
  public static RedisEngine start() {
    return new RedisEngine(
        Containers.find().map(containers -> containers.start(IMAGE)).orElseGet(() -> new RedisProcess(List.of())));
  }

  /** A process with more options, which may name files; {@code <port>} in them stands for its port. */
  static RedisEngine start(List<String> options) {
    return new RedisEngine(new RedisProcess(options));
  }

  /** The one server of this process, which nobody breaks or closes. */
  public static synchronized RedisEngine shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  /** Forgets everything, as an operator may make it. */
  public void flush() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.getOutputStream().write("FLUSHALL\r\n".getBytes(US_ASCII));
      var answer = new String(socket.getInputStream().readNBytes("+OK\r\n".length()), US_ASCII);
      if (!answer.equals("+OK\r\n")) {
        throw new AssertionError(answer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many connections there are, without the one that asks. */
  public int clients() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.getOutputStream().write("INFO clients\r\nQUIT\r\n".getBytes(US_ASCII));
      var answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      return answer.lines().filter(line -> line.startsWith("connected_clients:"))
          .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(':') + 1))).sum() - 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
