package dev.nodash.model;

/**
 * A tenant that a credential has proved, in contrast to a {@link TenantId}, which anyone may claim. Every storage port
 * takes it first, so that forgetting the tenant does not compile.
 */
public record Tenant(TenantId id) {

  public static Tenant of(String id) {
    return new Tenant(new TenantId(id));
  }

  @Override
  public String toString() {
    return id.value();
  }
}
