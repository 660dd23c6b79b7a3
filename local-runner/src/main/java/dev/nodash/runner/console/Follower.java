package dev.nodash.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.http.HttpResponse;
import dev.nodash.json.JsonBuilder;
import dev.nodash.model.JsonText;
import dev.nodash.runner.console.RecentCalls.Call;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A browser that follows what happens, by server-sent events (the HTML standard, section 9.2). One that reads slowly misses
 * calls and is told how many; nothing is kept for it.
 */
final class Follower {
  private final Channel channel;
  private long lastCall;
  private long lastSecond = Long.MIN_VALUE;

  /** Answers the head of its request, and what it is to know first. */
  Follower(Channel channel, HttpResponse head, JsonText about) {
    this.channel = channel;
    var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(head.status()));
    head.headers().forEach((name, value) -> response.headers().set(name, value));
    response.headers().set("Transfer-Encoding", "chunked");
    var _ = channel.write(response, channel.voidPromise());
    send(event("about", about.value()));
  }

  Channel channel() {
    return channel;
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
          .add("calls", array(recent.stream().map(Follower::json).map(JsonText::value))).end().value()));
      lastCall = newest;
    }
    if (!seconds.isEmpty()) {
      text.append(event("rates", array(seconds.stream()
          .map(it -> array(Stream.concat(Stream.of(it.at()), it.calls().stream()).map(Object::toString)).value()))
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

  static JsonText array(Stream<String> elements) {
    return new JsonText(elements.collect(Collectors.joining(",", "[", "]")));
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
