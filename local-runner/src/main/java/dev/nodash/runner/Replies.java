package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.http.HttpResponse;
import dev.nodash.http.SecurityHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Responses as Netty writes them. */
final class Replies {
  /** Of our own headers, whose second check would be idle. */
  private static final HttpHeadersFactory UNCHECKED = DefaultHttpHeadersFactory.headersFactory().withValidation(false);

  private static final AsciiString DATE = AsciiString.cached("Date");
  private static final AsciiString CONTENT_LENGTH = AsciiString.cached("Content-Length");
  private static final AsciiString CONNECTION = AsciiString.cached("Connection");

  /** What most responses say, by its text; Netty copies such a text at once and a String character by character. */
  private static final Map<String, CharSequence> FREQUENT = frequent();

  private final Clock clock;
  private volatile Date date = new Date(Long.MIN_VALUE, "");

  /** A second, and how it is written. */
  private record Date(long second, String text) {}

  Replies(Clock clock) {
    this.clock = clock;
  }

  /**
   * The response, with its length and the time.
   *
   * @param head of the request; without one the connection is not kept
   */
  FullHttpResponse of(HttpResponse response, Optional<Head> head, boolean keepsAlive) {
    var bytes = response.body().getBytes(UTF_8);
    var body = head.map(Head::asksForHeadOnly).orElse(false) ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes);
    var reply = reply(HttpResponseStatus.valueOf(response.status()), body);
    response.headers().forEach((name, value) -> reply.headers().add(copied(name), copied(value)));
    reply.headers().add(DATE, now());
    if (response.status() != 204) {
      reply.headers().add(CONTENT_LENGTH, bytes.length);
    }
    if (!keepsAlive) {
      reply.headers().add(CONNECTION, "close");
    } else if (head.map(Head::version).orElse(HttpVersion.HTTP_1_1).equals(HttpVersion.HTTP_1_0)) {
      reply.headers().add(CONNECTION, "keep-alive");
    }
    return reply;
  }

  /** The answer to a client that waits to be told to send its body. */
  FullHttpResponse goOn() {
    return reply(HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
  }

  private static Map<String, CharSequence> frequent() {
    var headers = new LinkedHashMap<String, String>();
    SecurityHeaders.decorate(true, headers);
    headers.put("Content-Type", HttpResponse.JSON);
    var names = Stream.of("x-request-id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset");
    return Stream
        .concat(names, headers.entrySet().stream().flatMap(header -> Stream.of(header.getKey(), header.getValue())))
        .distinct()
        .collect(Collectors.toUnmodifiableMap(Function.identity(), AsciiString::cached));
  }

  private static CharSequence copied(String text) {
    return FREQUENT.getOrDefault(text, text);
  }

  private static FullHttpResponse reply(HttpResponseStatus status, ByteBuf body) {
    return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body, UNCHECKED.newHeaders(),
        EmptyHttpHeaders.INSTANCE);
  }

  private String now() {
    var now = clock.millis() / 1000;
    var last = date;
    if (last.second != now) {
      last = new Date(now,
          DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.ofEpochSecond(now).atOffset(ZoneOffset.UTC)));
      date = last;
    }
    return last.text;
  }
}
