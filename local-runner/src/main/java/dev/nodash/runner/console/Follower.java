package dev.nodash.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.http.HttpResponse;
import dev.nodash.json.JsonBuilder;
import dev.nodash.model.JsonText;
import dev.nodash.runner.console.RecentCalls.Call;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.stream.Stream;

/**
 * A browser that follows what happens, by server-sent events (the HTML standard, section 9.2). One that reads slowly misses
 * calls and is told how many; nothing is kept for it. It has nothing more to say: what it sends ends the connection.
 */
final class Follower extends ChannelInboundHandlerAdapter {
  private final Channel channel;
  private long lastCall;
  private long lastSecond = Long.MIN_VALUE;

  private Follower(Channel channel) {
    this.channel = channel;
  }

  /** Takes the place of the connection's handler; answers the head of its request, and what it is to know first. */
  static Follower begin(ChannelHandlerContext connection, HttpResponse head, JsonText about) {
    var follower = new Follower(connection.channel());
    connection.pipeline().replace(connection.handler(), null, follower);
    var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(head.status()));
    head.headers().forEach((name, value) -> response.headers().set(name, value));
    response.headers().set("Transfer-Encoding", "chunked");
    var _ = follower.channel.write(response, follower.channel.voidPromise());
    follower.send(event("about", about.value()));
    return follower;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
    var _ = ctx.close();
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

  /** Tells what is new; called by one thread at a time. */
  void tell(RecentCalls calls, Rates rates) {
    if (!channel.isWritable()) {
      return;
    }
    var seconds = rates.after(lastSecond);
    var recent = calls.after(lastCall);
    var text = new StringBuilder();
    if (!recent.isEmpty()) {
      long newest = recent.getLast().number();
      var missed = newest - lastCall - recent.size();
      text.append(event("calls", new JsonBuilder().add("missed", missed)
          .add("calls", JsonBuilder.array(recent.stream().map(Follower::json).map(JsonText::value))).end().value()));
      lastCall = newest;
    }
    if (!seconds.isEmpty()) {
      text.append(event("rates", JsonBuilder.array(seconds.stream()
          .map(it -> JsonBuilder.array(Stream.concat(Stream.of(it.at()), it.calls().stream()).map(Object::toString))
              .value()))
          .value()));
      lastSecond = seconds.getLast().at();
    }
    if (!text.isEmpty()) {
      send(text.toString());
    }
  }

  private static JsonText json(Call call) {
    return new JsonBuilder().add("number", call.number()).add("at", call.at()).add("tenant", call.tenant())
        .add("route", call.route()).add("event", call.event()).add("user", call.user())
        .add("outcome", call.outcome().label()).add("status", call.status()).add("reason", call.reason())
        .add("requestId", call.requestId()).end();
  }

  /** JSON has no line end in it, so that one line is all of it. */
  private static String event(String name, String json) {
    return "event: " + name + "\ndata: " + json + "\n\n";
  }

  private void send(String text) {
    var content = new DefaultHttpContent(Unpooled.copiedBuffer(text, UTF_8));
    var _ = channel.writeAndFlush(content, channel.voidPromise());
  }
}
