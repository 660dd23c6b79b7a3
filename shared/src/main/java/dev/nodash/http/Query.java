package dev.nodash.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Map;

/** Reads the part of a URL behind the question mark. */
public final class Query {

  private Query() {}

  /** Decoded parameters, the first value of each name; what is not validly encoded stays as it is. */
  public static Map<String, String> parse(String text) {
    if (text.isEmpty()) {
      return Map.of();
    }
    var parameters = new HashMap<String, String>();
    for (var pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.putIfAbsent(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
