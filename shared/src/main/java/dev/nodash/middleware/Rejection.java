package dev.nodash.middleware;

import java.time.Duration;
import java.util.List;

/**
 * Everything a request can be refused for. {@link Refusal#of} gives each its status and words; a new one does not
 * compile until it has both.
 */
sealed interface Rejection {

  record NotFound() implements Rejection {}

  record MethodNotAllowed(String allow) implements Rejection {}

  record MissingTenant() implements Rejection {}

  record InvalidTenant() implements Rejection {}

  record BodyLate() implements Rejection {}

  /** What was too large, its size in bytes as far as it was looked at, and the limit. */
  record PayloadTooLarge(String what, long bytes, long limit) implements Rejection {}

  /** A batch of more events than may ever be taken at once. */
  record BatchTooLarge(int events, int limit) implements Rejection {}

  record MalformedBody(String fault) implements Rejection {}

  record InvalidCall(String call, List<String> faults) implements Rejection {}

  record CredentialMissing() implements Rejection {}

  record CredentialInvalid() implements Rejection {}

  record TenantMismatch() implements Rejection {}

  record RateLimited(Duration retryAfter) implements Rejection {}

  /** Its address has sent too many wrong credentials. */
  record TooManyFailures(Duration retryAfter) implements Rejection {}

  /** It came to a proxy of ours without TLS. */
  record PlainHttp() implements Rejection {}

  /** There is no room for it in this process now. */
  record Overloaded(String what) implements Rejection {}

  record Unavailable(String what, Duration retryAfter) implements Rejection {}

  /** Refused by a web engine, before any function saw it, with the status that the engine chose. */
  record ByEngine(int status) implements Rejection {}

  record Internal() implements Rejection {}
}
