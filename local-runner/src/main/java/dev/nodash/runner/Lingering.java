package dev.nodash.runner;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * The end of a connection: when its last answer has left, our side is closed, and what the client still sends is read and
 * dropped until it has closed its own. All of it takes two seconds at most. Bytes that arrive at a closed socket reset the connection,
 * and the client might lose the answer.
 */
final class Lingering extends ChannelInboundHandlerAdapter {
  private static final long SECONDS = 2;

  private Lingering() {}

  /**
   * Ends the connection in this way, in the place of its handler.
   *
   * @param answered once the answer has left
   */
  static void end(ChannelHandlerContext handler, ChannelFuture answered) {
    var channel = (DuplexChannel) handler.channel();
    channel.pipeline().replace(handler.handler(), null, new Lingering());
    var closing = channel.eventLoop().schedule(() -> {
      var _ = channel.close();
    }, SECONDS, TimeUnit.SECONDS);
    var _ = channel.closeFuture().addListener(_ -> closing.cancel(false));
    var _ = answered.addListener(_ -> {
      sayGoodbye(channel);
      var _ = channel.isInputShutdown() ? channel.close() : channel.shutdownOutput();
    });
    channel.config().setAutoRead(true);
  }

  /** TLS has an end of its own, without which the client cannot tell whether somebody cut it off. */
  private static void sayGoodbye(DuplexChannel channel) {
    var tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      var _ = tls.closeOutbound();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      var _ = ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
    var _ = ctx.close();
  }
}
