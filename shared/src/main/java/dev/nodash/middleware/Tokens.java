package dev.nodash.middleware;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nodash.json.JsonTree;
import dev.nodash.model.Tenant;
import dev.nodash.model.TenantId;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.io.AbstractDeserializer;
import java.io.Reader;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * Verifies JSON Web Tokens (RFC 7519) signed by the algorithm of our {@link TokenKey} and no other: a token names its
 * algorithm and may bring a key along, we do not ask it.
 * It has to have an expiry and to name its tenant. Tokens that were found good are remembered for a minute.
 */
public final class Tokens {
  private static final int MAX_TOKEN_LENGTH = 8 << 10;
  private static final Duration REMEMBERED = Duration.ofMinutes(1);
  private static final int MAX_REMEMBERED = 10_000;

  /** What a deployment accepts. */
  public record Policy(TokenKey key, Optional<String> issuer, Optional<String> audience, String tenantClaim) {}

  /** What a good token says: valid from {@code notBefore} until before {@code expires}. */
  record Verified(Tenant tenant, Optional<String> subject, Instant notBefore, Instant expires) {
    boolean isValidAt(Instant now) {
      return !now.isBefore(notBefore) && now.isBefore(expires);
    }
  }

  private final Policy policy;
  private final Cache<String, Verified> verified = Caffeine.newBuilder().maximumSize(MAX_REMEMBERED)
      .expireAfterWrite(REMEMBERED).build();

  public Tokens(Policy policy) {
    this.policy = policy;
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
      var claims = parser(now).parseSignedClaims(token).getPayload();
      var result = read(claims).filter(it -> it.isValidAt(now));
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

  private JwtParser parser(Instant now) {
    var narrowed = Jwts.parser().sig().clear().add(Jwts.SIG.get().forKey(policy.key().algorithm())).and();
    var keyed = switch (policy.key().key()) {
      case SecretKey secret -> narrowed.verifyWith(secret);
      case PublicKey issuers -> narrowed.verifyWith(issuers);
      default -> throw new IllegalStateException("a key of no known kind");
    };
    var parser = keyed.json(new ClaimsReader()).clock(() -> Date.from(now));
    policy.issuer().ifPresent(parser::requireIssuer);
    policy.audience().ifPresent(parser::requireAudience);
    return parser.build();
  }

  private static final class ClaimsReader extends AbstractDeserializer<Map<String, ?>> {

    @Override
    protected Map<String, ?> doDeserialize(Reader reader) {
      return JsonTree.read(reader);
    }
  }
}
