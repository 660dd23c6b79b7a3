package dev.nodash.config;

import dev.nodash.secrets.SecretArn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The secrets that stand in the environment by their name at AWS: {@code API_KEYS_ARN} in place of {@code API_KEYS}.
 *
 * @param plain every other variable
 * @param arns by the name of the setting that the secret is
 */
record NamedSecrets(Map<String, String> plain, Map<String, SecretArn> arns) {
  static final String ARN = "_ARN";
  /** A valid value for each, so that everything else can be checked before the secrets are there. */
  private static final Map<String, String> STAND_INS = Map.of("API_KEYS", "stand-in:sha256=" + "0".repeat(64),
      "JWT_SECRET", "-".repeat(32), "JWT_PUBLIC_KEY", "MCowBQYDK2VwAyEAgl1XvoHQA1uMEaSEi7vmdNtmf14xkh00pKuYZHLSh1M=",
      "CLICKHOUSE_URL", "clickhouse://stand-in", "POSTGRES_URL",
      "postgresql://stand-in@stand-in/stand-in",
      "REDIS_URL", "redis://stand-in", "BIGQUERY_CREDENTIALS", "{\"type\":\"stand-in\"}");

  NamedSecrets {
    plain = Map.copyOf(plain);
    arns = Map.copyOf(arns);
  }

  /**
   * Finds them.
   *
   * @throws ConfigurationException naming every one that is no ARN, or is set in another way besides
   */
  static NamedSecrets in(Map<String, String> variables) {
    var plain = new HashMap<>(variables);
    var arns = new LinkedHashMap<String, SecretArn>();
    List<String> faults = new ArrayList<>();
    for (var name : STAND_INS.keySet().stream().sorted().toList()) {
      var text = variables.getOrDefault(name + ARN, "").strip();
      if (!text.isEmpty()) {
        plain.remove(name + ARN);
        for (var other : List.of(name, name + "_FILE")) {
          if (!variables.getOrDefault(other, "").isBlank()) {
            faults.add(name + ARN + ": is set, and so is " + other + "; set one of them");
          }
        }
        try {
          arns.put(name, SecretArn.parse(text));
        } catch (IllegalArgumentException e) {
          faults.add(name + ARN + ": " + e.getMessage());
        }
      }
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults);
    }
    return new NamedSecrets(plain, arns);
  }

  /** All variables, a stand-in for each secret. */
  Map<String, String> withStandIns() {
    var standIns = new HashMap<>(STAND_INS);
    standIns.keySet().retainAll(arns.keySet());
    return with(standIns);
  }

  /** All variables, these values for the secrets. */
  Map<String, String> with(Map<String, String> values) {
    var all = new HashMap<>(plain);
    all.putAll(values);
    return all;
  }
}
