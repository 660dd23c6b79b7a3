package dev.nodash.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Track calls at a constant rate, from one thread and with a codec that knows no more of HTTP than these calls need, since what
 * the client takes of the processors the server has not. A call
 * that has to wait for the one before it on its connection counts from the moment at which it was due, so that a server that
 * stalls is charged for the calls that it kept from being sent.
 */
final class Paced {
  private static final double WARM_UP = 0.25;
  private static final String HEAD = "POST /v1/track HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
      + "x-tenant-id: tenant1\r\nx-api-key: key-of-tenant1\r\ncontent-length: ";
  /** Where an answer has its status. */
  private static final int STATUS = "HTTP/1.1 ".length();
  private static final String LENGTH = "\r\ncontent-length: ";
  private static final String CLOSE = "\r\nconnection: close";
  private static final String END_OF_HEAD = "\r\n\r\n";
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
          channel.pipeline().addLast(new Calls());
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

    private final class Calls extends ByteToMessageDecoder {

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
        var _ = context.writeAndFlush(call(context, start + "-" + number + "-" + answers.size()));
      }

      @Override
      protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        var answer = in.toString(US_ASCII).toLowerCase(Locale.ROOT);
        int head = answer.indexOf(END_OF_HEAD);
        if (head < 0 || answer.length() < head + END_OF_HEAD.length() + bodyBytes(answer)) {
          return;
        }
        in.skipBytes(answer.length());
        take(Integer.parseInt(answer, STATUS, STATUS + 3, 10));
        int close = answer.indexOf(CLOSE);
        if (answers.size() == calls || (close >= 0 && close < head)) {
          var _ = context.close();
        } else {
          next(context);
        }
      }

      private static int bodyBytes(String answer) {
        int from = answer.indexOf(LENGTH) + LENGTH.length();
        return Integer.parseInt(answer, from, answer.indexOf('\r', from), 10);
      }

      @Override
      protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        // Half an answer is none.
      }

      @Override
      public void channelInactive(ChannelHandlerContext context) throws Exception {
        if (sent != 0) {
          take(NONE);
        }
        goOn();
        super.channelInactive(context);
      }

      @Override
      public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
        var _ = context.close();
      }
    }
  }

  private static ByteBuf call(ChannelHandlerContext context, String id) {
    var body = "{\"event\":\"user_signup\",\"userId\":\"user" + Math.floorMod(id.hashCode(), 1000)
        + "\",\"messageId\":\"" + id
        + "\",\"properties\":{\"plan\":\"premium\",\"source\":\"web\",\"value\":12.5,\"items\":[\"a\",\"b\"]},"
        + "\"context\":{\"library\":{\"name\":\"bench\",\"version\":\"1.0\"}}}";
    return ByteBufUtil.writeAscii(context.alloc(), HEAD + body.length() + "\r\n\r\n" + body);
  }
}
