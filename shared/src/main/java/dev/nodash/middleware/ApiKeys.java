package dev.nodash.middleware;

import dev.nodash.model.Sha256;
import dev.nodash.model.Tenant;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The API keys in force, kept as SHA-256 hashes and found by them: how long that takes depends on the hash of what was
 * presented, which nobody can choose so that it says anything of a key. A tenant may have several, so that one can be
 * replaced.
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

  private final Map<Digest, Tenant> tenants = new HashMap<>();

  public ApiKeys(List<ApiKey> keys) {
    keys.forEach(key -> tenants.put(Digest.of(HexFormat.of().parseHex(key.sha256())), key.tenant()));
  }

  Optional<Tenant> tenantOf(String secret) {
    return Optional.ofNullable(tenants.get(Digest.of(Sha256.of(secret))));
  }

  /** The 32 bytes of a hash. */
  private record Digest(long first, long second, long third, long fourth) {

    static Digest of(byte[] hash) {
      var longs = ByteBuffer.wrap(hash);
      return new Digest(longs.getLong(), longs.getLong(), longs.getLong(), longs.getLong());
    }
  }
}
