package dev.nodash.runner;

import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.ArrayList;

/**
 * A listening socket that takes in at its end who has already connected. The kernel resets those that still wait to be
 * accepted when such a socket is closed, and their requests with them, perhaps long sent.
 */
final class ListeningChannel extends NioServerSocketChannel {

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
