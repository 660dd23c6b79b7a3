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

/** The reference: raw Netty that parses the same JSON as strictly and stores nothing; {@code NettyReference <port>}. */
public final class NettyReference {
  private static final int MAX_BODY_BYTES = 1 << 20;

  private NettyReference() {}

  public static void main(String[] args) throws InterruptedException {
    var group = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    new ServerBootstrap().group(group).channel(NioServerSocketChannel.class).option(ChannelOption.SO_BACKLOG, 1024)
        .childHandler(new ChannelInitializer<SocketChannel>() {
          @Override
          protected void initChannel(SocketChannel channel) {
            channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_BODY_BYTES), new Parse());
          }
        }).bind("127.0.0.1", Integer.parseInt(args[0])).sync().channel().closeFuture().sync();
  }

  private static final class Parse extends SimpleChannelInboundHandler<FullHttpRequest> {

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      var bytes = ByteBufUtil.getBytes(request.content());
      var members = bytes.length == 0 ? 0 : JsonObject.parse(bytes).members().size();
      var body = Unpooled.copiedBuffer("{\"success\":true,\"members\":" + members + "}", UTF_8);
      var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json")
          .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
      var _ = context.writeAndFlush(response);
    }
  }
}
