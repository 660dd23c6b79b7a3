package dev.nodash.http;

import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request, whatever edge it came through.
 *
 * @param method in upper case, as sent
 * @param path as sent, not decoded, without the query
 * @param headers by lower-case name; several values of one name are joined by commas
 * @param query decoded parameters, the first value of each name
 * @param body as sent, compressed if it was; an edge keeps no more of it than the route can use
 * @param peer address of the other end of the connection; on Lambda what the gateway saw
 * @param secure whether the connection itself was TLS
 */
public record HttpRequest(String method, String path, Map<String, String> headers, Map<String, String> query, Body body,
    String peer, boolean secure) {
  /** Bytes of a body at most that is no batch, before and after decompression. */
  public static final int MAX_BODY_BYTES = 1 << 20;

  public Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }
}
