package dev.nodash.runner;

import dev.nodash.config.ConfigurationException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * HTTP/1.1 on Netty. Event loops never wait; what waits, waits on virtual threads.
 *
 * <p>Its end lets clients leave: a client that sends its next request into a close gets no answer, so from then on each
 * answer says that it is the last.
 * <ol>
 * <li>Close the listening socket; answer with {@code Connection: close}.
 * <li>Wait until nothing is under way and no request has come for a moment; what is left are idle connections.
 * <li>Close those, and after {@link #MOST_WAIT} all.
 * </ol>
 */
final class HttpServer implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final Duration QUIET = Duration.ofMillis(100);
  /** With what comes after it, less than the 10 seconds in which the process must end. */
  private static final Duration MOST_WAIT = Duration.ofSeconds(4);
  private static final Duration MOST_QUIET = Duration.ofMillis(1500);
  private static final long CHECK_MILLIS = 250;
  static final int BACKLOG = 1024;
  private static final HttpDecoderConfig DECODER = new HttpDecoderConfig().setMaxInitialLineLength(Head.MAX_BYTES)
      .setMaxHeaderSize(Head.MAX_BYTES).setMaxChunkSize(Head.MAX_BYTES);

  private final Connections connections;
  private final InetSocketAddress address;
  private final Optional<Tls> tls;
  private @Nullable EventLoopGroup loops;
  private @Nullable ListeningChannel listening;

  HttpServer(Connections connections, InetSocketAddress address, Optional<Tls> tls) {
    this.connections = connections;
    this.address = address;
    this.tls = tls;
  }

  @Override
  public void start() {
    var group = new MultiThreadIoEventLoopGroup(
        Runtime.getRuntime().availableProcessors(),
        NioIoHandler.newFactory());
    var bound = new ServerBootstrap().group(group).channelFactory(ListeningChannel::new)
        .option(ChannelOption.SO_BACKLOG, BACKLOG).childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childHandler(new ChannelInitializer<SocketChannel>() {
          @Override
          protected void initChannel(SocketChannel channel) {
            tls.ifPresent(it -> channel.pipeline().addLast(it.handler(channel)));
            channel.pipeline().addLast(new HttpRequestDecoder(DECODER), new HttpResponseEncoder(),
                new Connection(connections));
          }
        }).bind(address).awaitUninterruptibly();
    loops = group;
    if (!bound.isSuccess()) {
      shutDown();
      throw new ConfigurationException(List.of(words(bound.cause())));
    }
    listening = (ListeningChannel) bound.channel();
    repeat(group, connections::check);
    connections.console().ifPresent(it -> repeat(group, it::tick));
  }

  /** A fault is told, and the next time comes all the same. */
  private static void repeat(EventLoopGroup group, Runnable work) {
    var _ = group.scheduleAtFixedRate(() -> {
      try {
        work.run();
      } catch (RuntimeException e) {
        LOG.error("what is done now and then failed", e);
      }
    }, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private String words(Throwable fault) {
    return fault instanceof BindException && String.valueOf(fault.getMessage()).contains("in use")
        ? "PORT: " + address.getPort() + " is in use by another process; end that one or set another"
        : "HOST, PORT: cannot listen on " + address + ": " + fault.getMessage();
  }

  @Override
  public void stop() {
    var socket = listening;
    if (socket != null) {
      listening = null;
      socket.end().awaitUninterruptibly();
      connections.drain();
      await(MOST_WAIT, () -> connections.dispatcher().underWay() == 0);
      awaitQuiet();
      connections.closeIdle();
    }
    shutDown();
  }

  private void awaitQuiet() {
    var seen = new long[]{-1};
    await(MOST_QUIET, () -> {
      long requests = connections.dispatcher().requests();
      boolean quiet = requests == seen[0];
      seen[0] = requests;
      return quiet;
    });
  }

  private static void await(Duration most, BooleanSupplier condition) {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      LockSupport.parkNanos(QUIET.toNanos());
    }
  }

  private void shutDown() {
    var group = loops;
    if (group != null) {
      loops = null;
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  @Override
  public boolean isRunning() {
    return listening != null;
  }

  /** The last to start and so the first to stop, before the stores. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
