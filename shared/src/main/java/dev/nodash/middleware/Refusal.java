package dev.nodash.middleware;

import dev.nodash.middleware.Rejection.BatchTooLarge;
import dev.nodash.middleware.Rejection.BodyLate;
import dev.nodash.middleware.Rejection.ByEngine;
import dev.nodash.middleware.Rejection.CredentialInvalid;
import dev.nodash.middleware.Rejection.CredentialMissing;
import dev.nodash.middleware.Rejection.Internal;
import dev.nodash.middleware.Rejection.InvalidCall;
import dev.nodash.middleware.Rejection.InvalidTenant;
import dev.nodash.middleware.Rejection.MalformedBody;
import dev.nodash.middleware.Rejection.MethodNotAllowed;
import dev.nodash.middleware.Rejection.MissingTenant;
import dev.nodash.middleware.Rejection.NotFound;
import dev.nodash.middleware.Rejection.Overloaded;
import dev.nodash.middleware.Rejection.PayloadTooLarge;
import dev.nodash.middleware.Rejection.PlainHttp;
import dev.nodash.middleware.Rejection.RateLimited;
import dev.nodash.middleware.Rejection.TenantMismatch;
import dev.nodash.middleware.Rejection.TooManyFailures;
import dev.nodash.middleware.Rejection.Unavailable;
import java.time.Duration;
import java.util.Map;

/**
 * A rejection in HTTP's words.
 *
 * @param headers what the status asks for beside the body: Allow, Retry-After, WWW-Authenticate
 */
record Refusal(int status, String error, String message, Map<String, String> headers) {
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final String NOT_HTTP = "the request is not valid HTTP/1.1";

  /** The one status switch. No message holds anything the client did not already know. */
  static Refusal of(Rejection rejection) {
    return switch (rejection) {
      case NotFound _ -> new Refusal(404, "Not Found", "there is nothing at this path");
      case MethodNotAllowed it ->
        new Refusal(405, "Method Not Allowed", "this path answers " + it.allow(), Map.of("Allow", it.allow()));
      case MissingTenant _ -> new Refusal(400, "Missing tenant ID", "x-tenant-id: is missing or blank");
      case InvalidTenant _ -> new Refusal(400, "Invalid tenant ID",
          "x-tenant-id: must be 1 to 64 letters, digits, hyphens and underscores, a letter or digit first");
      case BodyLate _ -> new Refusal(408, "Bad Request", "body: did not arrive in time");
      case PayloadTooLarge it -> new Refusal(413, "Payload Too Large",
          it.what() + ": " + it.bytes() + " bytes, limit is " + it.limit());
      case BatchTooLarge it -> new Refusal(413, "Payload Too Large",
          "batch: " + it.events() + " events, limit is " + it.limit());
      case MalformedBody it -> new Refusal(400, "Bad Request", it.fault());
      case InvalidCall it ->
        new Refusal(400, "Invalid " + it.call() + " request", String.join("; ", it.faults()));
      case CredentialMissing _ -> unauthorized("Authentication required",
          "send an API key in x-api-key or a token in Authorization: Bearer");
      case CredentialInvalid _ -> unauthorized("Authentication failed", "the credential is not valid");
      case TenantMismatch _ -> new Refusal(403, "Tenant mismatch", "the credential belongs to another tenant");
      case RateLimited it -> new Refusal(429, "Rate limit exceeded",
          "too many requests, try again in " + seconds(it.retryAfter()) + " s", retryAfter(it.retryAfter()));
      case TooManyFailures it -> new Refusal(429, "Rate limit exceeded",
          "too many wrong credentials, try again in " + seconds(it.retryAfter()) + " s", retryAfter(it.retryAfter()));
      case PlainHttp _ -> new Refusal(403, "HTTPS required", "send this by https; what came was not encrypted");
      case Overloaded it -> of(new Unavailable(it.what(), SOON));
      case Unavailable it -> new Refusal(503, "Service Unavailable",
          it.what() + ", try again in " + seconds(it.retryAfter()) + " s", retryAfter(it.retryAfter()));
      case ByEngine it -> byEngine(it.status());
      case Internal _ -> new Refusal(500, "Internal Server Error", "the request failed; its id finds it in the log");
    };
  }

  /**
   * What a web engine refuses. 501 and 505 speak of a method, an encoding or a version that the client chose, so that the
   * fault is the client's.
   */
  private static Refusal byEngine(int status) {
    return switch (status) {
      case 404 -> of(new NotFound());
      case 413 -> new Refusal(413, "Payload Too Large", "the request is too large");
      case 503 -> of(new Overloaded("too many requests are under way"));
      case 501, 505 -> new Refusal(400, "Bad Request", NOT_HTTP);
      default -> status < 500
          ? new Refusal(status, "Bad Request", NOT_HTTP)
          : new Refusal(status, "Internal Server Error", "the request failed");
    };
  }

  /** Whole seconds, rounded up, at least 1. */
  static long seconds(Duration duration) {
    return Math.max(1, duration.plusNanos(999_999_999).toSeconds());
  }

  private Refusal(int status, String error, String message) {
    this(status, error, message, Map.of());
  }

  private static Refusal unauthorized(String error, String message) {
    return new Refusal(401, error, message, Map.of("WWW-Authenticate", "Bearer realm=\"nodash\""));
  }

  private static Map<String, String> retryAfter(Duration duration) {
    return Map.of("Retry-After", Long.toString(seconds(duration)));
  }
}
