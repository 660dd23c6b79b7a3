package dev.nodash.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nodash.http.HttpRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the credentials of a request, in the order in which they are looked at. */
final class Credentials {
  private static final String BASIC = "basic ";
  private static final String BEARER = "bearer ";

  /** Where a credential stood. */
  enum Place {
    HEADER, BEARER, BASIC, BODY, QUERY;

    /** Whether a key found here may name the tenant where the tenant header is absent. */
    boolean mayNameTenant() {
      return this == BASIC || this == BODY;
    }
  }

  /** A credential as presented. Its text is never shown. */
  record Presented(Place place, String secret) {
    @Override
    public String toString() {
      return place + " ***";
    }
  }

  private final String apiKeyHeader;

  Credentials(String apiKeyHeader) {
    this.apiKeyHeader = apiKeyHeader.toLowerCase(Locale.ROOT);
  }

  List<Presented> of(HttpRequest request, Optional<String> bodyWriteKey) {
    var found = new ArrayList<Presented>();
    add(found, Place.HEADER, request.header(apiKeyHeader));
    add(found, Place.HEADER, request.header("x-write-key"));
    add(found, Place.BEARER, authorization(request, BEARER));
    add(found, Place.BASIC, authorization(request, BASIC).map(Credentials::userName));
    add(found, Place.BODY, bodyWriteKey);
    if (isBeacon(request)) {
      add(found, Place.QUERY, Optional.ofNullable(request.query().get("writeKey")));
    }
    return found;
  }

  static boolean hasBasic(HttpRequest request) {
    return authorization(request, BASIC).isPresent();
  }

  private static void add(List<Presented> found, Place place, Optional<String> secret) {
    secret.map(String::strip).filter(text -> !text.isEmpty()).ifPresent(text -> found.add(new Presented(place, text)));
  }

  private static Optional<String> authorization(HttpRequest request, String scheme) {
    return request.header("authorization")
        .filter(value -> value.regionMatches(true, 0, scheme, 0, scheme.length()))
        .map(value -> value.substring(scheme.length()));
  }

  /** The write key is the user name; the password is empty or ignored (RFC 7617). */
  private static String userName(String basic) {
    try {
      var pair = new String(Base64.getDecoder().decode(basic.strip()), UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0 ? pair : pair.substring(0, colon);
    } catch (IllegalArgumentException e) {
      return "not base64";
    }
  }

  /** What a browser's sendBeacon sends: it can set no header, and its string bodies are text/plain. */
  private static boolean isBeacon(HttpRequest request) {
    return request.header("content-type").filter(type -> type.strip().toLowerCase(Locale.ROOT).startsWith("text/plain"))
        .isPresent();
  }
}
