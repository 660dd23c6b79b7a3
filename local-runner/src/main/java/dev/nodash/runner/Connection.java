package dev.nodash.runner;

import dev.nodash.http.Body;
import dev.nodash.http.Body.Fault;
import dev.nodash.http.HttpResponse;
import dev.nodash.runner.console.Console.Answer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: one request after the other, each answered before the next is looked at. Runs on the connection's event
 * loop.
 *
 * <p>What a client sends before it was answered waits, and no more of it is read. A client that closes its side is still
 * answered. The last answer says {@code Connection: close}, and {@link Lingering} follows it.
 */
final class Connection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final Answer NO_CONSOLE = new Answer.Elsewhere();
  /** As long as it takes: the functions have a deadline of their own. */
  private static final Duration ANSWER = Duration.ofDays(1);

  /** What the connection waits for. */
  private enum State {
    /** A head. */
    IDLE,
    /** More of a body. */
    BODY,
    /** An answer. */
    BUSY,
    /** Nothing any more. */
    ENDED
  }

  private final Connections all;
  private final ArrayDeque<Object> arrived = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private String peer = "";
  private boolean secure;
  private State state = State.IDLE;
  private @Nullable Head head;
  private @Nullable IncomingBody body;
  private boolean bodyEnded;
  private boolean inputEnded;
  private volatile long deadline;

  Connection(Connections all) {
    this.all = all;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    context = ctx;
    peer = ((InetSocketAddress) ctx.channel().remoteAddress()).getAddress().getHostAddress();
    secure = ctx.pipeline().get(SslHandler.class) != null;
    await(State.IDLE, all.patience().head());
    var _ = ctx.channel().closeFuture().addListener(_ -> all.remove(this));
    if (!all.add(this)) {
      state = State.BUSY;
      respond(all.dispatcher().refuse(peer, 503));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (state != State.BUSY) {
      endBody();
    }
    state = State.ENDED;
    drop();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    arrived.add(message);
    if (state == State.BUSY) {
      ctx.channel().config().setAutoRead(false);
    }
    takeArrived(ctx);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      takeArrived(ctx);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
    LOG.debug("the connection to {} is lost", peer, fault);
    var _ = ctx.close();
  }

  private void takeArrived(ChannelHandlerContext ctx) {
    while (isReading(ctx) && !arrived.isEmpty()) {
      var message = arrived.remove();
      try {
        take(ctx, message);
      } finally {
        ReferenceCountUtil.release(message);
      }
    }
    if (isReading(ctx) && inputEnded) {
      end(ctx);
    } else if (state == State.IDLE || state == State.BODY) {
      ctx.channel().config().setAutoRead(isReading(ctx));
    }
  }

  /** Whether it takes more from a client: not before the last answer, nor while answers pile up that nobody reads. */
  private boolean isReading(ChannelHandlerContext ctx) {
    return (state == State.IDLE || state == State.BODY) && ctx.channel().isWritable();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      takeArrived(ctx);
    }
  }

  private void take(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request) {
      begin(ctx, new Head(request));
    }
    if (message instanceof HttpContent part && state == State.BODY) {
      addToBody(part);
    }
  }

  private void begin(ChannelHandlerContext ctx, Head next) {
    head = next;
    bodyEnded = false;
    if (next.refusal().isPresent()) {
      refuse(next.refusal().getAsInt());
      return;
    }
    int usable = next.usable();
    long length = next.length();
    if (next.waitsToContinue() && length > usable) {
      answer(new Body(new byte[0], length));
      return;
    }
    if (next.waitsToContinue()) {
      var _ = ctx.writeAndFlush(all.replies().goOn());
    }
    body = new IncomingBody(all.room(), length > usable ? 0 : usable, next.expected());
    await(State.BODY, all.patience().body());
  }

  private void addToBody(HttpContent part) {
    var incoming = body;
    if (incoming == null) {
      return;
    }
    if (part.decoderResult().isFailure()) {
      refuse(400);
      return;
    }
    var early = incoming.add(part.content());
    bodyEnded = part instanceof LastHttpContent;
    if (bodyEnded || early.isPresent()) {
      answer(early.orElseGet(incoming::body));
    }
  }

  /** Ends what the client did not. */
  private void end(ChannelHandlerContext ctx) {
    if (state == State.BODY) {
      answer(Body.unread(Fault.CUT));
    } else {
      var _ = ctx.close();
    }
  }

  private void answer(Body whole) {
    var current = head;
    var ctx = context;
    if (current != null && ctx != null) {
      await(State.BUSY, ANSWER);
      var request = current.with(whole, peer, secure);
      switch (all.console().map(it -> it.answer(request)).orElse(NO_CONSOLE)) {
        case Answer.Elsewhere _ ->
          all.dispatcher().answer(request, current.function(), ctx.executor(), this::respondLater);
        case Answer.Whole it -> respondLater(it.response());
        case Answer.Endless it -> follow(ctx, it.head());
      }
    }
  }

  /** Leaves the connection to the console; only its end is this one's still. */
  private void follow(ChannelHandlerContext ctx, HttpResponse begin) {
    endBody();
    state = State.ENDED;
    all.console().orElseThrow().follow(ctx, begin);
  }

  private void refuse(int status) {
    var current = head;
    if (current != null) {
      bodyEnded = false;
      await(State.BUSY, ANSWER);
      respondLater(all.dispatcher().refuse(current.with(Body.EMPTY, peer, secure), status));
    }
  }

  private void respondLater(HttpResponse response) {
    var ctx = context;
    if (ctx != null) {
      ctx.executor().execute(() -> respond(response));
    }
  }

  private void respond(HttpResponse response) {
    var ctx = context;
    endBody();
    if (ctx == null || state != State.BUSY) {
      return;
    }
    var answered = Optional.ofNullable(head);
    var stays = bodyEnded && !all.isDraining() && answered.map(Head::keepsAlive).orElse(false);
    var written = ctx.writeAndFlush(all.replies().of(response, answered, stays));
    head = null;
    if (stays) {
      await(State.IDLE, all.patience().idle());
      takeArrived(ctx);
    } else {
      state = State.ENDED;
      drop();
      Lingering.end(ctx, written);
    }
  }

  /** What arrived and will not be looked at. */
  private void drop() {
    arrived.forEach(ReferenceCountUtil::release);
    arrived.clear();
  }

  private void endBody() {
    var ended = body;
    if (ended != null) {
      ended.close();
      body = null;
    }
  }

  private void await(State what, Duration patience) {
    state = what;
    deadline = System.nanoTime() + patience.toNanos();
  }

  /** Ends what has taken too long. May be called by any thread. */
  void check(long now) {
    var ctx = context;
    if (ctx != null && now - deadline > 0) {
      ctx.executor().execute(() -> expire(ctx));
    }
  }

  /** Ends a connection that waits for the client. May be called by any thread. */
  void closeUnlessBusy() {
    var ctx = context;
    if (ctx != null) {
      ctx.executor().execute(() -> {
        if (state != State.BUSY) {
          var _ = ctx.channel().close();
        }
      });
    }
  }

  private void expire(ChannelHandlerContext ctx) {
    if (System.nanoTime() - deadline <= 0) {
      return;
    }
    if (state == State.BODY) {
      answer(Body.unread(Fault.LATE));
    } else if (state == State.IDLE) {
      var _ = ctx.close();
    }
  }
}
