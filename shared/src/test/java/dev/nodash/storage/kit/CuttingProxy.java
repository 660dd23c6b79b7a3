package dev.nodash.storage.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A TCP proxy on the loopback address that loses a reply on demand: the engine has done what it was asked, and the client
 * sees nothing but a connection that ends.
 */
public final class CuttingProxy implements AutoCloseable {
  private static final String NOTHING = "";

  private final ServerSocket server;
  private final int target;
  private final AtomicReference<String> marker = new AtomicReference<>(NOTHING);
  private final AtomicInteger lost = new AtomicInteger();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** Forwards to a port of the loopback address. */
  public CuttingProxy(int target) {
    this.target = target;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** Where clients connect to. */
  public int port() {
    return server.getLocalPort();
  }

  /**
   * Loses the reply to the next request that contains the text in UTF-8: the whole request goes through, and when the
   * engine begins to answer, the client's connection ends. Requests after that one are answered.
   */
  public void loseReplyTo(String text) {
    marker.set(new String(text.getBytes(UTF_8), ISO_8859_1));
  }

  /** How many replies were lost. */
  public int lost() {
    return lost.get();
  }

  @Override
  public void close() {
    close(server);
    sockets.forEach(CuttingProxy::close);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var link = new Link(server.accept());
        Thread.ofVirtual().start(link::forward);
      } catch (IOException e) {
        close(server);
      }
    }
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** One client's connection and its counterpart to the engine. */
  private final class Link {
    private final Socket client;
    private volatile boolean losing;

    Link(Socket client) {
      this.client = client;
      sockets.add(client);
    }

    void forward() {
      try (client; var engine = new Socket(InetAddress.getLoopbackAddress(), target)) {
        sockets.add(engine);
        var requests = Thread.ofVirtual().start(() -> requests(engine));
        replies(engine);
        client.close();
        requests.join();
        sockets.remove(engine);
      } catch (IOException | InterruptedException e) {
        // One of the three went away; both ends are closed and the client sees that.
      }
      sockets.remove(client);
    }

    private void requests(Socket engine) {
      var tail = NOTHING;
      var buffer = new byte[1 << 16];
      try {
        for (int n = read(client, buffer); n >= 0; n = read(client, buffer)) {
          var seen = tail + new String(buffer, 0, n, ISO_8859_1);
          var wanted = marker.get();
          if (!wanted.isEmpty() && seen.contains(wanted) && marker.compareAndSet(wanted, NOTHING)) {
            losing = true;
          }
          tail = seen.substring(seen.length() - Math.min(seen.length(), wanted.length()));
          engine.getOutputStream().write(buffer, 0, n);
        }
        engine.shutdownOutput();
      } catch (IOException e) {
        // The engine or the client went away; whoever is left reads the end of its connection.
      }
    }

    /** Ends with the engine's connection; after a loss the engine may finish what it has to say, to nobody. */
    private void replies(Socket engine) throws IOException {
      var buffer = new byte[1 << 16];
      for (int n = read(engine, buffer); n >= 0; n = read(engine, buffer)) {
        if (!losing) {
          client.getOutputStream().write(buffer, 0, n);
        } else if (!client.isClosed()) {
          lost.incrementAndGet();
          client.close();
          engine.shutdownOutput();
        }
      }
    }

    private static int read(Socket from, byte[] buffer) throws IOException {
      return from.getInputStream().read(buffer);
    }
  }
}
