package dev.nodash.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Track calls at a constant rate, from one thread, since what the client takes of the processors the server has not. A call
 * that has to wait for the one before it on its connection counts from the moment at which it was due, so that a server that
 * stalls is charged for the calls that it kept from being sent.
 */
final class Paced {
  private static final double WARM_UP = 0.25;
  private static final int MOST_BYTES = 1 << 16;
  /** Of a connection that ended without an answer. */
  private static final int NONE = 0;

  private final Bootstrap bootstrap;
  private final long start = System.nanoTime() + 500_000_000;
  private final long between;
  private final int connections;
  private final int calls;

  private Paced(EventLoopGroup loop, int port, int connections, double rate, int seconds) {
    this.connections = connections;
    this.between = (long) (connections * 1e9 / rate);
    this.calls = (int) (rate * seconds / connections);
    this.bootstrap = new Bootstrap().group(loop).channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true).remoteAddress("127.0.0.1", port);
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
  static List<Answer> run(int port, int connections, double rate, int seconds) {
    var loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      var load = new Paced(loop, port, connections, rate, seconds);
      var callers = IntStream.range(0, connections).mapToObj(load::caller).toList();
      var answers = new ArrayList<Answer>();
      for (var caller : callers) {
        var all = caller.join();
        answers.addAll(all.subList((int) (all.size() * WARM_UP), all.size()));
      }
      return answers;
    } finally {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  /** The latency, in microseconds, that a hundredth of the answers exceeds. */
  static double p99(List<Answer> answers, ToLongFunction<Answer> latency) {
    var sorted = answers.stream().mapToLong(latency).sorted().toArray();
    return sorted[(int) (sorted.length * 0.99)] / 1e3;
  }

  private CompletableFuture<List<Answer>> caller(int number) {
    var caller = new Caller(number, start + between * number / connections);
    caller.connect();
    return caller.ended;
  }

  /** One connection after the other, one call at a time. */
  private final class Caller {
    private final List<Answer> answers = new ArrayList<>();
    private final CompletableFuture<List<Answer>> ended = new CompletableFuture<>();
    private final int number;
    private long due;
    /** When the call was sent that has no answer; 0 if there is none. */
    private long sent;

    Caller(int number, long due) {
      this.number = number;
      this.due = due;
    }

    void connect() {
      var _ = bootstrap.clone().handler(new ChannelInitializer<SocketChannel>() {
        @Override
        protected void initChannel(SocketChannel channel) {
          channel.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(MOST_BYTES), new Calls());
        }
      }).connect().addListener(connected -> {
        if (!connected.isSuccess()) {
          take(NONE);
          goOn();
        }
      });
    }

    private void take(int status) {
      long now = System.nanoTime();
      answers.add(new Answer(status, now - due, sent == 0 ? now - due : now - sent, now));
      due += between;
      sent = 0;
    }

    /** On a new connection. */
    private void goOn() {
      if (answers.size() == calls) {
        ended.complete(answers);
      } else {
        connect();
      }
    }

    private final class Calls extends SimpleChannelInboundHandler<FullHttpResponse> {

      @Override
      public void channelActive(ChannelHandlerContext context) {
        next(context);
      }

      private void next(ChannelHandlerContext context) {
        var _ = context.executor().schedule(() -> send(context), due - System.nanoTime(), TimeUnit.NANOSECONDS);
      }

      private void send(ChannelHandlerContext context) {
        if (!context.channel().isActive()) {
          return;
        }
        sent = System.nanoTime();
        var _ = context.writeAndFlush(call(start + "-" + number + "-" + answers.size()));
      }

      @Override
      protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
        take(response.status().code());
        if (answers.size() == calls || !HttpUtil.isKeepAlive(response)) {
          var _ = context.close();
        } else {
          next(context);
        }
      }

      @Override
      public void channelInactive(ChannelHandlerContext context) {
        if (sent != 0) {
          take(NONE);
        }
        goOn();
      }

      @Override
      public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
        var _ = context.close();
      }
    }
  }

  private static DefaultFullHttpRequest call(String id) {
    var body = Unpooled.copiedBuffer("{\"event\":\"user_signup\",\"userId\":\"user" + Math.floorMod(id.hashCode(), 1000)
        + "\",\"messageId\":\"" + id
        + "\",\"properties\":{\"plan\":\"premium\",\"source\":\"web\",\"value\":12.5,\"items\":[\"a\",\"b\"]},"
        + "\"context\":{\"library\":{\"name\":\"bench\",\"version\":\"1.0\"}}}", UTF_8);
    var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/v1/track", body);
    request.headers().set("host", "127.0.0.1").set("content-type", "application/json").set("x-tenant-id", "tenant1")
        .set("x-api-key", "key-of-tenant1").set("content-length", body.readableBytes());
    return request;
  }
}
