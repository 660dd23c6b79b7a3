package dev.nodash.runner;

import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A listening socket that takes in at its end who has already connected. The kernel resets those that still wait to be
 * accepted when such a socket is closed, and their requests with them, perhaps long sent.
 *
 * <p>The JDK closes the socket of a channel that a selector knows only when that selects the next time. Until then clients could
 * connect whom nobody can take in any more. So it leaves its selector first.
 */
final class ListeningChannel extends NioServerSocketChannel {
  private static final long CHECK_MILLIS = 1;

  /** Takes in who waits and closes; answers once it is closed. */
  ChannelFuture end() {
    var _ = deregister().addListener(_ -> closeOnceAlone());
    return closeFuture();
  }

  private void closeOnceAlone() {
    if (javaChannel().isRegistered()) {
      var _ = eventLoop().schedule(this::closeOnceAlone, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      var _ = close();
    }
  }

  @Override
  protected void doClose() throws Exception {
    var waiting = new ArrayList<Object>();
    try {
      // No more than can have waited, since others go on connecting.
      while (waiting.size() < HttpServer.BACKLOG && doReadMessages(waiting) > 0) {
        // The next one.
      }
    } finally {
      super.doClose();
      waiting.forEach(pipeline()::fireChannelRead);
    }
  }
}
