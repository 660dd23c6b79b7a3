package dev.nodash.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.json.JsonObject;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * The reference: raw Netty that parses the same JSON as strictly and stores nothing; {@code NettyReference <port>}. With
 * {@code <port> <file>} it writes each body to the file and forces what many brought before it answers them: durable, and
 * nothing else, with no tenants, no ids, no duplicates, no files behind it.
 */
public final class NettyReference {
  private static final int MAX_BODY_BYTES = 1 << 20;
  /** The file is as long from the beginning and is written over and over, so that a force is of its bytes alone. */
  private static final int FILE_BYTES = 64 << 20;

  private NettyReference() {}

  public static void main(String[] args) throws InterruptedException, IOException {
    Consumer<Received> then = args.length > 1 ? new Log(Path.of(args[1]))::add : Received::answer;
    var group = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    new ServerBootstrap().group(group).channel(NioServerSocketChannel.class).option(ChannelOption.SO_BACKLOG, 1024)
        .childHandler(new ChannelInitializer<SocketChannel>() {
          @Override
          protected void initChannel(SocketChannel channel) {
            channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_BODY_BYTES),
                new Parse(then));
          }
        }).bind("127.0.0.1", Integer.parseInt(args[0])).sync().channel().closeFuture().sync();
  }

  /** A body that has no answer yet. */
  private record Received(ChannelHandlerContext context, ByteBuffer bytes, int members) {

    void answer() {
      var body = Unpooled.copiedBuffer("{\"success\":true,\"members\":" + members + "}", UTF_8);
      var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json")
          .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
      var _ = context.writeAndFlush(response);
    }
  }

  private static final class Parse extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final Consumer<Received> then;

    Parse(Consumer<Received> then) {
      this.then = then;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      var bytes = ByteBufUtil.getBytes(request.content());
      var members = bytes.length == 0 ? 0 : JsonObject.parse(bytes).members().size();
      then.accept(new Received(context, ByteBuffer.wrap(bytes), members));
    }
  }

  /** What one thread takes, writes, forces and answers while the next gather. */
  private static final class Log {
    /** Behind the first; of single calls so many always have room in the buffer. */
    private static final int MOST_MORE = 63;
    private final LinkedBlockingQueue<Received> waiting = new LinkedBlockingQueue<>();
    private final FileChannel file;
    private int position;

    Log(Path path) throws IOException {
      file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      file.write(ByteBuffer.allocate(FILE_BYTES), 0);
      file.force(true);
      Thread.ofPlatform().daemon().start(this::run);
    }

    void add(Received received) {
      waiting.add(received);
    }

    private void run() {
      var buffer = ByteBuffer.allocateDirect(4 * MAX_BODY_BYTES);
      var taken = new ArrayList<Received>();
      try {
        while (true) {
          taken.add(waiting.take());
          waiting.drainTo(taken, MOST_MORE);
          taken.forEach(received -> buffer.put(received.bytes));
          position = position + buffer.position() > FILE_BYTES ? 0 : position;
          position += file.write(buffer.flip(), position);
          buffer.clear();
          file.force(false);
          taken.forEach(Received::answer);
          taken.clear();
        }
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
