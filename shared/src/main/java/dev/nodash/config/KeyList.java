package dev.nodash.config;

import dev.nodash.middleware.ApiKeys.ApiKey;
import dev.nodash.model.Tenant;
import dev.nodash.model.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code API_KEYS}: {@code tenant:key} or {@code tenant:sha256=<hex>}, commas between, several a tenant. */
final class KeyList {
  private static final String NAME = "API_KEYS";
  private static final Pattern HASHED = Pattern.compile("sha256=([0-9a-fA-F]{64})");
  private static final List<ApiKey> DEMO = List.of(ApiKey.ofSecret(Tenant.of("tenant1"), "demo-api-key-tenant1"),
      ApiKey.ofSecret(Tenant.of("tenant2"), "demo-api-key-tenant2"));

  private final Variables variables;

  KeyList(Variables variables) {
    this.variables = variables;
  }

  /** The keys, with the demo keys where those may work; a fault names an entry by its position, never by its text. */
  List<ApiKey> read(boolean withDemoKeys) {
    var entries = variables.secret(NAME).map(Variables::split).orElse(List.of());
    var keys = new ArrayList<ApiKey>();
    for (int i = 0; i < entries.size(); i++) {
      parse(entries.get(i), i + 1).ifPresent(keys::add);
    }
    if (withDemoKeys) {
      DEMO.stream().filter(demo -> !keys.contains(demo)).forEach(keys::add);
    } else if (keys.stream().anyMatch(KeyList::isDemo)) {
      variables.fault(NAME, "has a demo key, which everybody knows; it works in development and test only");
    }
    if (keys.stream().map(ApiKey::sha256).distinct().count() < keys.size()) {
      variables.fault(NAME, "the same key stands there twice; a key belongs to one tenant");
    }
    return keys;
  }

  private static boolean isDemo(ApiKey key) {
    return DEMO.stream().anyMatch(demo -> demo.sha256().equals(key.sha256()));
  }

  private Optional<ApiKey> parse(String entry, int position) {
    int colon = entry.indexOf(':');
    if (colon < 0 || !TenantId.isValid(entry.substring(0, colon)) || colon == entry.length() - 1) {
      variables.fault(NAME, "entry " + position + " is not tenant:key or tenant:sha256=<64 hexadecimal digits>");
      return Optional.empty();
    }
    var tenant = Tenant.of(entry.substring(0, colon));
    var secret = entry.substring(colon + 1);
    var hashed = HASHED.matcher(secret);
    if (hashed.matches()) {
      return Optional.of(new ApiKey(tenant, hashed.group(1).toLowerCase(Locale.ROOT)));
    }
    if (secret.startsWith("sha256=")) {
      variables.fault(NAME, "entry " + position + " has a hash without 64 hexadecimal digits");
      return Optional.empty();
    }
    return Optional.of(ApiKey.ofSecret(tenant, secret));
  }
}
