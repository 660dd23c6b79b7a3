package dev.nodash.middleware;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nodash.json.JsonFault;
import dev.nodash.json.JsonObject;
import dev.nodash.json.JsonValue;
import dev.nodash.json.JsonValue.Kind;
import dev.nodash.model.Tenant;
import dev.nodash.model.TenantId;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import java.util.function.BiFunction;
import javax.crypto.SecretKey;

/**
 * Verifies JSON Web Tokens (RFC 7519) signed by the algorithm of their {@link TokenKey} and no other: a token names its
 * algorithm and may bring a key along, we do not ask it.
 * It has to have an expiry and to name its tenant. Tokens that were found good are remembered for a minute.
 */
public final class Tokens {
  private static final int MAX_TOKEN_LENGTH = 8 << 10;
  private static final Duration REMEMBERED = Duration.ofMinutes(1);
  private static final int MAX_REMEMBERED = 10_000;

  /** What a deployment accepts. */
  public record Policy(TokenKeys keys, Optional<String> issuer, Optional<String> audience, String tenantClaim) {}

  /** What a good token says: valid from {@code notBefore} until before {@code expires}. */
  record Verified(Tenant tenant, Optional<String> subject, Instant notBefore, Instant expires) {
    boolean isValidAt(Instant now) {
      return !now.isBefore(notBefore) && now.isBefore(expires);
    }
  }

  private final Policy policy;
  private final BiFunction<String, Instant, Optional<TokenKey>> keys;
  private final Cache<String, Verified> verified = Caffeine.newBuilder().maximumSize(MAX_REMEMBERED)
      .expireAfterWrite(REMEMBERED).build();

  public Tokens(Policy policy) {
    this.policy = policy;
    this.keys = switch (policy.keys()) {
      case TokenKey one -> (_, _) -> Optional.of(one);
      case TokenKeys.Published published -> byId(new PublishedKeys(published));
    };
  }

  private static BiFunction<String, Instant, Optional<TokenKey>> byId(PublishedKeys published) {
    return (token, now) -> keyId(token).flatMap(id -> published.find(id, now));
  }

  /** The id of the key that a token names (RFC 7515, section 4.1.4). */
  private static Optional<String> keyId(String token) {
    try {
      var header = Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.')));
      return JsonObject.parse(header).get("kid").filter(id -> id.kind() == Kind.STRING).map(JsonValue::string);
    } catch (IllegalArgumentException | JsonFault e) {
      return Optional.empty();
    }
  }

  Optional<Verified> verify(String token, Instant now) {
    if (token.length() > MAX_TOKEN_LENGTH || token.indexOf('.') < 0) {
      return Optional.empty();
    }
    var known = Optional.ofNullable(verified.getIfPresent(token)).filter(it -> it.isValidAt(now));
    return known.isPresent() ? known : parse(token, now);
  }

  private Optional<Verified> parse(String token, Instant now) {
    try {
      var result = keys.apply(token, now).map(key -> parser(key, now).parseSignedClaims(token).getPayload())
          .flatMap(this::read).filter(it -> it.isValidAt(now));
      result.ifPresent(it -> verified.put(token, it));
      return result;
    } catch (JwtException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<Verified> read(Claims claims) {
    return Optional.ofNullable(claims.getExpiration()).map(Date::toInstant)
        .flatMap(expires -> Optional.ofNullable(claims.get(policy.tenantClaim())).filter(String.class::isInstance)
            .map(String.class::cast).filter(TenantId::isValid).map(tenant -> new Verified(Tenant.of(tenant),
                Optional.ofNullable(claims.getSubject()).filter(subject -> !subject.isEmpty()),
                Optional.ofNullable(claims.getNotBefore()).map(Date::toInstant).orElse(Instant.MIN), expires)));
  }

  private JwtParser parser(TokenKey key, Instant now) {
    var narrowed = Jwts.parser().sig().clear().add(Jwts.SIG.get().forKey(key.algorithm())).and();
    var keyed = switch (key.key()) {
      case SecretKey secret -> narrowed.verifyWith(secret);
      case PublicKey issuers -> narrowed.verifyWith(issuers);
      default -> throw new IllegalStateException("a key of no known kind");
    };
    var parser = keyed.json(new TokenReader()).clock(() -> Date.from(now));
    policy.issuer().ifPresent(parser::requireIssuer);
    policy.audience().ifPresent(parser::requireAudience);
    return parser.build();
  }
}
