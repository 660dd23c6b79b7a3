package dev.nodash.middleware;

import dev.nodash.model.Sha256;
import dev.nodash.model.Tenant;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The API keys in force, kept and compared as SHA-256 hashes: every key is compared in constant time and none is skipped,
 * so that the time an answer takes says nothing of the keys. A tenant may have several, so that one can be replaced.
 */
public final class ApiKeys {

  /**
   * One key's hash and the tenant it writes to.
   *
   * @param sha256 32 bytes in lower-case hex
   */
  public record ApiKey(Tenant tenant, String sha256) {
    private static final int HEX_LENGTH = 2 * Sha256.LENGTH;

    public ApiKey {
      if (sha256.length() != HEX_LENGTH) {
        throw new IllegalArgumentException("a SHA-256 hash has " + HEX_LENGTH + " hexadecimal digits");
      }
    }

    public static ApiKey ofSecret(Tenant tenant, String secret) {
      return new ApiKey(tenant, Sha256.hex(secret));
    }
  }

  private final List<Tenant> tenants;
  private final List<byte[]> hashes;

  public ApiKeys(List<ApiKey> keys) {
    this.tenants = keys.stream().map(ApiKey::tenant).toList();
    this.hashes = keys.stream().map(key -> HexFormat.of().parseHex(key.sha256())).toList();
  }

  Optional<Tenant> tenantOf(String secret) {
    var presented = Sha256.of(secret);
    var found = Optional.<Tenant>empty();
    for (int i = 0; i < hashes.size(); i++) {
      if (MessageDigest.isEqual(hashes.get(i), presented)) {
        found = Optional.of(tenants.get(i));
      }
    }
    return found;
  }
}
