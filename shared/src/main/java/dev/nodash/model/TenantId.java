package dev.nodash.model;

import java.util.regex.Pattern;

/** The name a client gives its tenant: {@code [A-Za-z0-9][A-Za-z0-9_-]{0,63}}, case counts. */
public record TenantId(String value) {
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

  public TenantId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("a tenant id matches " + VALID);
    }
  }

  public static boolean isValid(String value) {
    return VALID.matcher(value).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
