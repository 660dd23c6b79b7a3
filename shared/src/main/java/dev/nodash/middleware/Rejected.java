package dev.nodash.middleware;

/** Carries a {@link Rejection} out of the line, to the one place that catches it; has no stack trace. */
final class Rejected extends RuntimeException {
  private final transient Rejection rejection;

  Rejected(Rejection rejection) {
    super(rejection.toString(), null, false, false);
    this.rejection = rejection;
  }

  Rejection rejection() {
    return rejection;
  }
}
