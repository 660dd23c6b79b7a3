package dev.nodash.middleware;

import dev.nodash.middleware.ApiKeys.ApiKey;
import dev.nodash.middleware.Call.Sender;
import dev.nodash.middleware.Credentials.Place;
import dev.nodash.middleware.Credentials.Presented;
import dev.nodash.middleware.Rejection.CredentialInvalid;
import dev.nodash.middleware.Rejection.CredentialMissing;
import dev.nodash.middleware.Rejection.MissingTenant;
import dev.nodash.middleware.Rejection.TenantMismatch;
import dev.nodash.model.Tenant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns credentials into a {@link Tenant}. A credential that is not recognised is passed over if another is valid; valid
 * ones of different tenants, or of another tenant than the request claims, are refused.
 */
final class Authenticate {

  /** A credential that was recognised. */
  private record Proof(Place place, Tenant tenant, Optional<String> subject) {}

  /** What is accepted. */
  private record Accepted(ApiKeys apiKeys, Optional<Tokens.Policy> policy, Optional<Tokens> tokens) {
    Accepted(List<ApiKey> apiKeys, Optional<Tokens.Policy> policy) {
      this(new ApiKeys(apiKeys), policy, policy.map(Tokens::new));
    }
  }

  private final Credentials credentials;
  private final FailedCredentials failures;
  private volatile Accepted accepted;

  Authenticate(Credentials credentials, List<ApiKey> apiKeys, Optional<Tokens.Policy> policy,
      FailedCredentials failures) {
    this.credentials = credentials;
    this.accepted = new Accepted(apiKeys, policy);
    this.failures = failures;
  }

  /** From now on these are accepted. What is known of tokens is kept if their policy stays. */
  void accept(List<ApiKey> apiKeys, Optional<Tokens.Policy> policy) {
    var before = accepted;
    accepted = before.policy.equals(policy)
        ? new Accepted(new ApiKeys(apiKeys), policy, before.tokens)
        : new Accepted(apiKeys, policy);
  }

  Tenant identify(Exchange exchange, Sender sender) {
    var presented = credentials.of(exchange.request(), sender.writeKey());
    if (presented.isEmpty()) {
      presented = credentials.of(exchange.request(), sender.spareKey());
    }
    if (presented.isEmpty()) {
      throw new Rejected(new CredentialMissing());
    }
    failures.check(exchange);
    var proofs = proofs(presented, exchange);
    var tenant = agreed(proofs, exchange, sender);
    var subject = proofs.stream().map(Proof::subject).flatMap(Optional::stream).findFirst();
    exchange.authenticated(tenant, subject.or(sender::who));
    return tenant;
  }

  /** Whether it is a key, and one that writes to another tenant. */
  boolean isOfAnother(String writeKey, Tenant tenant) {
    return accepted.apiKeys.tenantOf(writeKey).filter(owner -> !owner.equals(tenant)).isPresent();
  }

  /** What is proved, at least something; a token that nobody can judge now matters only where nothing else is. */
  private List<Proof> proofs(List<Presented> presented, Exchange exchange) {
    var proofs = new ArrayList<Proof>();
    var undecided = Optional.<Rejected>empty();
    var now = accepted;
    for (var one : presented) {
      try {
        prove(one, now, exchange.receivedAt()).ifPresent(proofs::add);
      } catch (Rejected e) {
        undecided = Optional.of(e);
      }
    }
    if (proofs.isEmpty()) {
      if (undecided.isEmpty()) {
        failures.count(exchange);
      }
      throw undecided.orElseGet(() -> new Rejected(new CredentialInvalid()));
    }
    return proofs;
  }

  private Tenant agreed(List<Proof> proofs, Exchange exchange, Sender sender) {
    var tenant = proofs.getFirst().tenant();
    var sameForAll = proofs.stream().allMatch(proof -> proof.tenant().equals(tenant));
    if (!sameForAll || sender.tenant().filter(claimed -> !claimed.equals(tenant.id())).isPresent()) {
      throw new Rejected(new TenantMismatch());
    }
    var named = sender.tenant().isPresent()
        || exchange.route().orElseThrow().mayLackTenant(exchange.request().path())
        || proofs.stream().anyMatch(proof -> proof.place().mayNameTenant());
    if (!named) {
      throw new Rejected(new MissingTenant());
    }
    return tenant;
  }

  private static Optional<Proof> prove(Presented presented, Accepted accepted, Instant now) {
    var byKey = accepted.apiKeys.tenantOf(presented.secret())
        .map(tenant -> new Proof(presented.place(), tenant, Optional.empty()));
    if (byKey.isPresent() || presented.place() != Place.BEARER) {
      return byKey;
    }
    return accepted.tokens.flatMap(it -> it.verify(presented.secret(), now))
        .map(token -> new Proof(presented.place(), token.tenant(), token.subject()));
  }
}
