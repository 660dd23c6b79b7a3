package dev.nodash.model;

/** The name a client gives its tenant: {@code [A-Za-z0-9][A-Za-z0-9_-]{0,63}}, case counts. */
public record TenantId(String value) {
  private static final int MAX_LENGTH = 64;

  public TenantId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("a tenant id matches [A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    }
  }

  public static boolean isValid(String value) {
    if (value.isEmpty() || value.length() > MAX_LENGTH || !isAlphanumeric(value.charAt(0))) {
      return false;
    }
    for (int i = 1; i < value.length(); i++) {
      var c = value.charAt(i);
      if (!isAlphanumeric(c) && c != '_' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
  }

  @Override
  public String toString() {
    return value;
  }
}
