package dev.nodash.runner;

import java.util.Map;
import java.util.Set;

/** What is not HTTP, by name, and how to write what is. */
final class MalformedHttp {
  static final String AS_TENANT1 = "Host: localhost\r\nx-tenant-id: tenant1\r\nx-api-key: demo-api-key-tenant1\r\n";

  private static final String EVENT = "{\"event\":\"a\"}";

  static final Map<String, String> ALL = Map.ofEntries(Map.entry("no request line", "GARBAGE\r\n\r\n"),
      Map.entry("a method that is no token", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n"),
      Map.entry("another protocol", "GET / http/9\r\nHost: a\r\n\r\n"),
      Map.entry("a version to come", "GET / HTTP/4.0\r\nHost: a\r\n\r\n"),
      Map.entry("no Host", "GET /v1/health HTTP/1.1\r\n\r\n"),
      Map.entry("two Hosts", "GET /v1/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
      Map.entry("a Host that is none", "GET /v1/health HTTP/1.1\r\nHost: a b\r\n\r\n"),
      Map.entry("a header over 16 KiB", get("x: " + "a".repeat(17_000))),
      Map.entry("a path over 16 KiB", "GET /" + "a".repeat(17_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
      Map.entry("200 headers", get("x: a\r\n".repeat(199) + "x: a")),
      Map.entry("a header name with a space", get("x y: a")), Map.entry("a header without a colon", get("xy")),
      Map.entry("a control character in a header", get("x: a\u0001b")),
      Map.entry("an unknown expectation", post("Expect: a\r\nContent-Length: 13", EVENT)),
      Map.entry("a negative length", post("Content-Length: -3", EVENT)),
      Map.entry("a length that is no number", post("Content-Length: a", EVENT)),
      Map.entry("two lengths", post("Content-Length: 13\r\nContent-Length: 12", EVENT)),
      Map.entry("an unknown transfer encoding", post("Transfer-Encoding: a", EVENT)),
      Map.entry("two transfer encodings", post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")),
      Map.entry("a chunk whose length is no number", post("Transfer-Encoding: chunked", "zz\r\n{}\r\n0\r\n\r\n")),
      Map.entry("a chunk of negative length", post("Transfer-Encoding: chunked", "-1\r\n{}\r\n0\r\n\r\n")),
      Map.entry("a trailer that is none", post("Transfer-Encoding: chunked", "2\r\n{}\r\n0\r\nbad trailer\r\n\r\n")),
      Map.entry("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
      Map.entry("another host in the target", "GET http://b/v1/health HTTP/1.1\r\nHost: a\r\n\r\n"),
      Map.entry("another scheme in the target", "GET ftp://a/v1/health HTTP/1.1\r\nHost: a\r\n\r\n"));

  static final Set<String> NAMES = ALL.keySet();

  private MalformedHttp() {}

  static String get(String headers) {
    return "GET /v1/health HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n\r\n";
  }

  static String post(String headers, String body) {
    return "POST /v1/track HTTP/1.1\r\n" + AS_TENANT1 + headers + "\r\n\r\n" + body;
  }
}
