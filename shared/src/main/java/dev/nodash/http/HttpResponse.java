package dev.nodash.http;

import java.util.Collections;
import java.util.Map;

/**
 * One HTTP response, whatever edge it leaves through.
 *
 * @param headers by name as it is written, one value each; taken over, so nobody may change them any more
 * @param body JSON, but for the pages of the documentation; or empty
 */
public record HttpResponse(int status, Map<String, String> headers, String body) {
  /** The content type of a body in JSON. */
  public static final String JSON = "application/json;charset=utf-8";

  public HttpResponse {
    headers = Collections.unmodifiableMap(headers);
  }
}
