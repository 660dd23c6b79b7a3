package dev.nodash.middleware;

import dev.nodash.middleware.Rejection.Unavailable;
import dev.nodash.middleware.TokenKeys.Published;
import io.jsonwebtoken.security.JwkSet;
import io.jsonwebtoken.security.Jwks;
import io.jsonwebtoken.security.PublicJwk;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that an issuer publishes, by their ids; fetched when a token asks for one, and again every ten minutes while tokens
 * come. An id that nobody knows has the set fetched anew, but not more often than every ten seconds, whoever asks: so an issuer
 * may change his keys at any time, and made-up ids cost him nothing. While he is away, what he said last holds for a day.
 */
final class PublishedKeys {
  private static final Logger LOG = LoggerFactory.getLogger(PublishedKeys.class);
  private static final Duration FRESH = Duration.ofMinutes(10);
  private static final Duration BETWEEN = Duration.ofSeconds(10);
  private static final Duration STALE = Duration.ofDays(1);
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final int MAX_BYTES = 256 << 10;

  private final Published source;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE)
      .followRedirects(HttpClient.Redirect.NEVER).build();
  private volatile Known known = new Known(Map.of(), Instant.MIN, Instant.MIN);
  private @Nullable CompletableFuture<Void> fetch;

  /** What the issuer said last, and when he was asked last. */
  private record Known(Map<String, TokenKey> keys, Instant said, Instant asked) {

    Optional<TokenKey> find(String id, Instant now) {
      return now.isBefore(said.plus(STALE)) ? Optional.ofNullable(keys.get(id)) : Optional.empty();
    }

    /** Whether the issuer answered when he was asked last. */
    boolean isAnswered() {
      return said.equals(asked);
    }
  }

  /** Has asked for none yet. */
  PublishedKeys(Published source) {
    this.source = source;
  }

  /**
   * The key of that id, if the issuer has it.
   *
   * @throws Rejected if that is not known now
   */
  Optional<TokenKey> find(String id, Instant now) {
    var before = known;
    var key = before.find(id, now);
    var due = before.asked.plus(key.isPresent() ? FRESH : BETWEEN);
    if (!now.isBefore(due)) {
      var fetching = fetch(before, now);
      if (source.awaited() && key.isEmpty()) {
        fetching.join();
      }
    }
    if (key.isPresent()) {
      return key;
    }
    var after = known;
    boolean awaitsAnswer = !now.isBefore(due) && after.asked.equals(before.asked);
    if (awaitsAnswer || !after.isAnswered()) {
      throw new Rejected(new Unavailable("the token's issuer has not told his keys yet", SOON));
    }
    return after.find(id, now);
  }

  /** Asks the issuer, unless somebody does or has since this was what he had said. */
  private synchronized CompletableFuture<Void> fetch(Known before, Instant now) {
    if (!known.asked.equals(before.asked)) {
      return CompletableFuture.completedFuture(null);
    }
    var underWay = fetch;
    if (underWay == null || underWay.isDone()) {
      underWay = http
          .sendAsync(HttpRequest.newBuilder(source.url()).timeout(PATIENCE).build(),
              BodyHandlers.limiting(BodyHandlers.ofString(), MAX_BYTES))
          .thenApply(PublishedKeys::keys).handle((keys, fault) -> {
            take(keys, fault, now);
            return null;
          });
      fetch = underWay;
    }
    return underWay;
  }

  private void take(@Nullable Map<String, TokenKey> keys, @Nullable Throwable fault, Instant now) {
    if (keys == null) {
      LOG.warn("the keys of {} cannot be fetched; those of {} hold", source.url(), known.said, fault);
      known = new Known(known.keys, known.said, now);
    } else {
      if (!keys.keySet().equals(known.keys.keySet())) {
        LOG.info("the keys of {} are {}", source.url(), keys.keySet());
      }
      known = new Known(keys, now, now);
    }
  }

  private static Map<String, TokenKey> keys(HttpResponse<String> answer) {
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("the issuer answered " + answer.statusCode());
    }
    var keys = new HashMap<String, TokenKey>();
    JwkSet set = Jwks.setParser().json(new TokenReader()).build().parse(answer.body());
    for (var each : set) {
      if (each instanceof PublicJwk<?> jwk && jwk.getId() != null && !"enc".equals(jwk.getPublicKeyUse())) {
        usable(jwk).ifPresent(key -> keys.put(jwk.getId(), key));
      }
    }
    return keys;
  }

  private static Optional<TokenKey> usable(PublicJwk<?> jwk) {
    try {
      return Optional.of(TokenKey.of(jwk.toKey()));
    } catch (IllegalArgumentException e) {
      LOG.warn("the issuer's key {} is not used: {}", jwk.getId(), e.getMessage());
      return Optional.empty();
    }
  }
}
